//! `peerwarden unban`, `protect`, `unprotect` and `disconnect`.

use hyper::Method;
use peerwarden_tokio::Subject;

use super::changes::Changes;
use super::failure::{Failure, NOTHING};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::{protected, subject};
use crate::cli::{Subjects, Unban, Unprotect, value_name};

/// Lifts bans.
pub(crate) async fn unban(args: &Unban, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let query =
        args.cause.map_or_else(String::new, |cause| format!("?cause={}", value_name(cause)));
    let mut changes = Changes::new("unban", *output);
    for subject in subject::exact(&args.subjects.subjects, "unban", node, output).await? {
        let name = subject::name(&subject);
        let path = format!("/v1/bans/{name}{query}");
        changes.add(&name, node.send(Method::DELETE, &path, Body::default()).await)?;
    }
    changes.finish()
}

/// Protects subjects for the operator.
pub(crate) async fn protect(
    args: &Subjects,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    let mut changes = Changes::new("protect", *output);
    for subject in subject::exact(&args.subjects, "protect", node, output).await? {
        let name = subject::name(&subject);
        let tags = protected::tags_of(&subject.to_string(), node).await?;
        let answer = if tags.iter().any(|tag| tag == OPERATOR) {
            let message =
                format!("{name} is protected by the operator already; nothing was changed");
            Err(Failure::new(NOTHING, "already_protected", message))
        } else {
            let path = format!("/v1/protected/{name}");
            node.send(Method::PUT, &path, Body::default()).await
        };
        changes.add(&name, answer)?;
    }
    changes.finish()
}

/// Ends protections.
pub(crate) async fn unprotect(
    args: &Unprotect,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    let query = args.tag.as_ref().map_or_else(String::new, |tag| format!("?tag={tag}"));
    let mut changes = Changes::new("unprotect", *output);
    for subject in subject::exact(&args.subjects.subjects, "unprotect", node, output).await? {
        let name = subject::name(&subject);
        let path = format!("/v1/protected/{name}{query}");
        let answer = node.send(Method::DELETE, &path, Body::default()).await;
        changes.add(&name, answer.map_err(in_terms_of_flags))?;
    }
    changes.finish()
}

/// Closes connections of peers.
pub(crate) async fn disconnect(
    args: &Subjects,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    let subjects = subject::exact(&args.subjects, "disconnect", node, output).await?;
    let network = subjects.iter().find(|subject| matches!(subject, Subject::Addr(_)));
    if let Some(network) = network {
        let name = subject::name(network);
        let message = format!(
            "{name} is a network, and disconnect closes connections of peers: give their ids, which \
             peerwarden why {name} lists"
        );
        return Err(Failure::usage(message));
    }
    let mut changes = Changes::new("disconnect", *output);
    for subject in subjects {
        let name = subject::name(&subject);
        let path = format!("/v1/peers/{name}/disconnect");
        changes.add(&name, node.send(Method::POST, &path, Body::default()).await)?;
    }
    changes.finish()
}

/// The API's way out, as the flag that leads there.
fn in_terms_of_flags(failure: Failure) -> Failure {
    let message = failure.to_string().replace("add ?tag=", "add --tag ");
    failure.saying(message)
}

/// Tag of what the operator protects.
const OPERATOR: &str = "operator";
