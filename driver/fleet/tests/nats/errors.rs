//! Errors of a link, as a person reads them in the status.

use std::fs;

use peerwarden_fleet::{FleetLink, Key, NatsLink, Seen};

use crate::fleet::{FleetNode, now, operator, peer, until};
use crate::server::Server;

/// What the status of `n0` says once its settings, or those of the server, were changed.
fn said(server: &Server) -> String {
    let node = FleetNode::new(&server.settings(0));
    until("it has failed", || node.status().error.is_some());
    let status = node.status();
    assert!(!status.connected);
    status.error.unwrap()
}

#[test]
fn an_nkey_that_the_server_does_not_know() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let stranger = nkeys::KeyPair::new_user().seed().unwrap();
    fs::write(server.directory(0).join("nkey.seed"), stranger).unwrap();
    let address = &server.settings(0).servers[0];
    assert_eq!(
        said(&server),
        format!(
            "{address}: authorization violation: check nkey_file, and that the server's configuration has this \
             node's public nkey"
        )
    );
}

#[test]
fn a_certificate_of_another_authority() {
    let (Some(server), Some(other)) = (Server::start(2), Server::start(2)) else {
        return;
    };
    fs::copy(other.directory(0).join("ca.pem"), server.directory(0).join("ca.pem")).unwrap();
    let error = said(&server);
    let address = &server.settings(0).servers[0];
    let advice = ": check ca_file, and that the server's certificate is for the name in servers";
    let words =
        error.strip_prefix(&format!("{address}: ")).and_then(|rest| rest.strip_suffix(advice));
    let words = words.unwrap_or_else(|| panic!("{error}"));
    assert!(words.starts_with("invalid peer certificate: "), "{error}");
}

#[test]
fn files_that_are_not_there_or_that_others_can_read() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let ca = server.directory(0).join("ca.pem");
    fs::remove_file(&ca).unwrap();
    let missing =
        format!("{}: cannot be read: No such file or directory (os error 2)", ca.display());
    assert_eq!(said(&server), missing);
    let seed = server.directory(0).join("nkey.seed");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    fs::set_permissions(&seed, open).unwrap();
    assert_eq!(
        said(&server),
        format!("{}: others can read this key (mode 644): chmod 600", seed.display())
    );
}

#[test]
fn a_server_that_does_not_run() {
    let Some(mut server) = Server::start(2) else {
        return;
    };
    server.kill();
    let address = &server.settings(0).servers[0];
    assert_eq!(
        said(&server),
        format!(
            "{address}: Connection refused (os error 111): check servers, and that the NATS server runs"
        )
    );
}

#[test]
fn a_key_of_another_member_is_refused_at_once_in_the_servers_words() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let settings = server.settings(0);
    let key = settings.config().unwrap().key.public();
    let mut link = NatsLink::start(settings.nats_options(&key)).unwrap();
    let mut watch = Box::pin(link.watch(None));
    let first = smol::block_on(smol::stream::StreamExt::next(&mut watch));
    assert!(matches!(first, Some(Ok(Seen::Snapshot { .. }))), "{first:?}");
    let put = link.put(Key::from_text("n1.p.honest"), b"ban".to_vec());
    let error = smol::block_on(put).unwrap_err().to_string();
    assert_eq!(
        error,
        "Permissions Violation for Publish to \"$KV.pw-trial.n1.p.honest\": check the server's permissions for \
         this node"
    );
    let own = link.put(Key::from_text("n0.p.spammer"), b"ban".to_vec());
    assert_eq!(smol::block_on(own), Ok(()));
    assert!(server.log().contains("Publish Violation"), "{}", server.log());
}

/// Has the server be configured otherwise, from its next start on.
fn reconfigure(server: &mut Server, from: &str, to: &str) {
    server.kill();
    let config = fs::read_to_string(&server.files.server_config).unwrap();
    assert!(config.contains(from), "{config}");
    fs::write(&server.files.server_config, config.replace(from, to)).unwrap();
    server.run();
}

#[test]
fn a_server_that_allows_a_node_nothing() {
    let Some(mut server) = Server::start(2) else {
        return;
    };
    reconfigure(&mut server, "$JS.API.STREAM", "$JS.API.NOTHING");
    assert_eq!(
        said(&server),
        "Permissions Violation for Publish to \"$JS.API.STREAM.INFO.KV_pw-trial\": check the server's \
         permissions for this node"
    );
}

#[test]
fn a_node_that_may_not_make_the_bucket_that_is_missing() {
    let Some(mut server) = Server::start(2) else {
        return;
    };
    reconfigure(&mut server, "$JS.API.STREAM.CREATE", "$JS.API.STREAM.NOTHING");
    assert_eq!(
        said(&server),
        "KV_pw-trial: jetstream error: stream not found (code 404, error code 10059), and this node cannot make it: Permissions Violation for Publish to \
         \"$JS.API.STREAM.CREATE.KV_pw-trial\": check the server's permissions for this node"
    );
}

#[test]
fn a_node_that_may_not_write_says_so_and_goes_on_reading() {
    let Some(mut server) = Server::start(2) else {
        return;
    };
    reconfigure(&mut server, "$KV.pw-trial.n0.>", "$KV.pw-trial.other.>");
    let node = FleetNode::new(&server.settings(0));
    until("it has read everything", || node.status().caught_up);
    node.misbehave("spammer");
    until("it has tried", || node.status().write_error.is_some());
    let status = node.status();
    let told = "; what this node says is not taken (Permissions Violation for Publish to \
                \"$KV.pw-trial.n0.p.spammer\": check the server's permissions for this node); this node is n0";
    assert!(status.to_string().ends_with(told), "{status}");
    assert!(status.connected && status.counts.publish_errors > 0, "{status:?}");
}

#[test]
fn a_bucket_that_is_full() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let written = |name: &str| {
        let (options, operator) = operator(&server);
        let hour = std::time::Duration::from_secs(3600);
        let (key, value) = operator.order(peer(name), hour, None, now()).unwrap();
        NatsLink::write_once(options, key, value)
    };
    let settings = crate::server::settings(&server.files.operator);
    let options = settings.nats_options(&settings.config().unwrap().key.public());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let seed = fs::read_to_string(settings.nkey_file.unwrap()).unwrap();
        let connect = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned());
        let connect = connect.custom_inbox_prefix(&options.inbox);
        let connect = connect.add_root_certificates(settings.ca_file.unwrap());
        let client = connect.connect(&settings.servers[..]).await.unwrap();
        let small = async_nats::jetstream::stream::Config {
            name: "KV_pw-trial".to_owned(),
            subjects: vec!["$KV.pw-trial.>".to_owned()],
            max_messages_per_subject: 1,
            max_bytes: 700,
            discard: async_nats::jetstream::stream::DiscardPolicy::New,
            ..Default::default()
        };
        async_nats::jetstream::new(client).create_stream(small).await.unwrap();
    });
    assert_eq!(written("a"), Ok(()));
    let error = written("b").unwrap_err().to_string();
    assert!(error.starts_with("the bucket is full: "), "{error}");
    assert!(error.contains("maximum bytes exceeded"), "{error}");
}
