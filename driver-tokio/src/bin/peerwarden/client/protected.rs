//! `peerwarden protected`.

use serde::Deserialize;

use super::answers::{Protected, read};
use super::failure::{DONE, Failure};
use super::node_client::NodeClient;
use super::output::Output;
use super::pages;
use super::table::{Column, Table};
use super::text::{bare, brief, plain};
use crate::cli::ProtectedList;

#[derive(Deserialize)]
struct List {
    protected: Vec<Protected>,
}

/// Lists what is protected, with its tags.
pub(crate) async fn run(
    args: &ProtectedList,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    let answer = pages::read(node, "/v1/protected", "protected", args.extent.most()).await?;
    let list: List = read(&answer, node)?;
    output.either(&answer, || {
        let mut table = Table::new(&[Column::names("SUBJECT"), Column::words("BY")]);
        for Protected { subject, tags } in &list.protected {
            let name = if args.extent.wide { plain(bare(subject)) } else { brief(subject) };
            table.row(vec![name, plain(&tags.join(", "))]);
        }
        let last = pages::last_line(&answer, "protected subjects");
        table.print(output, args.extent.wide) + &last
    })?;
    Ok(DONE)
}

/// The tags that protect a subject, which is written as the API writes it.
pub(crate) async fn tags_of(subject: &str, node: &NodeClient) -> Result<Vec<String>, Failure> {
    let answer = pages::read(node, "/v1/protected", "protected", usize::MAX).await?;
    let list: List = read(&answer, node)?;
    let found = list.protected.into_iter().find(|each| each.subject == subject);
    Ok(found.map_or_else(Vec::new, |found| found.tags))
}
