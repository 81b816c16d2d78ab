//! Texts of a new fleet: the server's configuration and the nodes' settings.

use std::fmt::Write;
use std::path::Path;

use super::{Client, InitOptions};
use crate::roster::Roster;
use crate::signing::PublicKey;

/// The address that nodes connect to.
pub(super) fn address(options: &InitOptions, host: &str) -> String {
    let scheme = if options.tls { "tls" } else { "nats" };
    let port = options.listen.port();
    if host.contains(':') {
        format!("{scheme}://[{host}]:{port}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

/// The configuration of the NATS server.
pub(super) fn config(options: &InitOptions, root: &Path, clients: &[Client]) -> String {
    let InitOptions { fleet, listen, .. } = options;
    let file = |name: &str| root.join(name).display().to_string();
    let mut text = format!(
        "# The NATS server of the fleet {fleet}: nats-server -c this file.\n\
         # It moves statements and cannot forge them. What it loses, the nodes say again.\n\
         server_name: \"peerwarden-{fleet}\"\n\
         listen: \"{listen}\"\n\
         max_payload: 300KB\n\
         # Values are 2 KiB at most, but for the roster.\n\
         max_pending: 64MB\n\n\
         jetstream {{\n    store_dir: {:?}\n    max_memory_store: 0\n    max_file_store: 1GB\n}}\n\n",
        file("jetstream")
    );
    if options.tls {
        // It is infallible, as all that follow.
        let _ = write!(
            text,
            "tls {{\n    cert_file: {:?}\n    key_file: {:?}\n    timeout: 5\n}}\n\n",
            file("server.pem"),
            file("server.key")
        );
    }
    text.push_str(
        "# Each member may write under its own name alone, read everything, and make the bucket if it is lost.\n\
         authorization {\n    users: [\n",
    );
    for client in clients {
        let _ = write!(text, "{}", user(options, client));
    }
    text.push_str("    ]\n}\n");
    text
}

fn user(options: &InitOptions, client: &Client) -> String {
    let bucket = format!("KV_{}", options.fleet.bucket());
    let mut publish = client.writes.clone();
    if !client.is_operator {
        publish.extend([
            format!("$JS.API.STREAM.INFO.{bucket}"),
            format!("$JS.API.STREAM.CREATE.{bucket}"),
            format!("$JS.API.CONSUMER.CREATE.{bucket}"),
            format!("$JS.API.CONSUMER.CREATE.{bucket}.>"),
            format!("$JS.API.CONSUMER.DELETE.{bucket}.>"),
        ]);
    }
    publish.push("$JS.FC.>".to_owned());
    let publish: Vec<_> = publish.iter().map(|subject| format!("{subject:?}")).collect();
    format!(
        "        # {}\n        {{\n            nkey: {}\n            permissions: {{\n                publish: [\n\
         {}\n                ]\n                subscribe: [\"{}.>\"]\n            }}\n        }}\n",
        client.name,
        client.nkey,
        publish
            .iter()
            .map(|subject| format!("                    {subject}"))
            .collect::<Vec<_>>()
            .join("\n"),
        client.inbox,
    )
}

/// The part of a node's settings.
pub(super) fn settings(
    options: &InitOptions,
    address: &str,
    roster: &Roster,
    operator: &PublicKey,
) -> String {
    let InitOptions { fleet, quorum, mode, .. } = options;
    let mut text = format!(
        "# The part of this node's settings about its fleet. Relative files are beside this one.\n\
         [fleet]\n\
         # \"observe\" says and counts what \"enforce\" would ban.\n\
         mode = \"{mode}\"\n\
         name = \"{fleet}\"\n\
         servers = [{address:?}]\n\
         member_key_file = \"member.key\"\n\
         nkey_file = \"nkey.seed\"\n"
    );
    if options.tls {
        text.push_str("ca_file = \"ca.pem\"\n");
    }
    let _ = write!(text, "quorum = {quorum}\noperator_keys = [\"{operator}\"]\nmembers = [\n");
    for member in roster.members() {
        let _ = write!(text, "    {{ id = \"{}\", name = \"{}\"", member.id, member.name);
        if let Some(group) = &member.group {
            let _ = write!(text, ", group = {}", toml::Value::from(group.as_str()));
        }
        text.push_str(" },\n");
    }
    text.push_str("]\n");
    text
}
