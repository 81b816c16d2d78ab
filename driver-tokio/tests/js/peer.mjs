// A js-libp2p peer that does what is said on its input, a line each, and says on its output what happens.
import { createInterface } from 'node:readline'

// Node.js 20 lacks them, and js-libp2p takes them for granted.
Promise.withResolvers ??= function () {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
globalThis.CustomEvent ??= class extends Event {
  constructor (type, options) { super(type, options); this.detail = options?.detail }
}

const { gossipsub } = await import('@chainsafe/libp2p-gossipsub')
const { noise } = await import('@chainsafe/libp2p-noise')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { identify } = await import('@libp2p/identify')
const { tcp } = await import('@libp2p/tcp')
const { multiaddr } = await import('@multiformats/multiaddr')
const { createLibp2p } = await import('libp2p')

const [, , address, topic] = process.argv
const node = await createLibp2p({
  addresses: { listen: [] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) }
})
const say = (line) => process.stdout.write(`${line}\n`)
node.addEventListener('peer:disconnect', () => say('closed'))
node.services.pubsub.subscribe(topic)
node.services.pubsub.addEventListener('message', ({ detail }) => say(`message ${detail.data.length}`))
node.services.pubsub.addEventListener('subscription-change', () => say('subscribed'))
say(`id ${node.peerId}`)

for await (const line of createInterface({ input: process.stdin })) {
  const [what, count] = line.split(' ')
  try {
    if (what === 'connect') {
      await node.dial(multiaddr(address))
      say('connected')
    } else if (what === 'publish') {
      const data = new Uint8Array(Number(count)).map(() => Math.floor(Math.random() * 256))
      await node.services.pubsub.publish(topic, data)
      say('published')
    }
  } catch (error) {
    say(`failed ${error.name}`)
  }
}
await node.stop()
