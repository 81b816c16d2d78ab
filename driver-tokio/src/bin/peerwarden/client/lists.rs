//! `peerwarden lists`.

use hyper::Method;
use peerwarden_tokio::peerwarden_host::lists::ListName;
use serde::Deserialize;
use serde_json::Value;

use super::answers::{Lists as AllLists, read};
use super::failure::{DONE, Failure};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::pages;
use super::table::{Column, Table};
use super::text::{bare, brief, plain};
use crate::cli::Lists;

#[derive(Deserialize)]
struct Entries {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    subject: String,
    until: Option<String>,
}

/// Lists the lists or the entries of one, or takes one away.
pub(crate) async fn run(args: &Lists, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    match &args.name {
        None => all(args, node, output).await,
        Some(name) if args.delete => {
            let path = format!("/v1/lists/{name}");
            let answer = node.send(Method::DELETE, &path, Body::default()).await;
            let answer = answer.map_err(|failure| in_terms_of_commands(name, failure))?;
            let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
            output.either(&answer, || plain(message))?;
            Ok(DONE)
        }
        Some(name) => entries(args, name, node, output).await,
    }
}

async fn all(args: &Lists, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let answer = node.get("/v1/lists").await?;
    let AllLists { lists } = read(&answer, node)?;
    output.either(&answer, || {
        let mut table = Table::new(&[
            Column::names("NAME"),
            Column::whole("FORMAT"),
            Column::whole("ENTRIES"),
            Column::whole("REFUSED"),
            Column::whole("LOADED"),
            Column::words("FILE"),
        ]);
        let or_none = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), plain);
        let mut errors = String::new();
        for list in &lists {
            let loaded = list.loaded.as_deref().and_then(|time| time.split('.').next());
            table.row(vec![
                plain(&list.name),
                or_none(&list.format),
                list.entries.to_string(),
                list.refused.to_string(),
                loaded.map_or_else(|| "never".to_owned(), |time| format!("{}Z", plain(time))),
                or_none(&list.file),
            ]);
            if let Some(error) = &list.error {
                errors.push_str(&format!("{}: {}\n", plain(&list.name), plain(error)));
            }
        }
        let (table, number) = (table.print(output, args.extent.wide), lists.len());
        format!("{table}{errors}{number} of {number} lists shown.")
    })?;
    Ok(DONE)
}

async fn entries(
    args: &Lists,
    name: &ListName,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    let answer =
        pages::read(node, &format!("/v1/lists/{name}"), "entries", args.extent.most()).await;
    let answer = answer.map_err(|failure| in_terms_of_commands(name, failure))?;
    let list: Entries = read(&answer, node)?;
    output.either(&answer, || {
        let mut table = Table::new(&[Column::names("SUBJECT"), Column::whole("UNTIL")]);
        for Entry { subject, until } in &list.entries {
            let name = if args.extent.wide { plain(bare(subject)) } else { brief(subject) };
            let until = until.as_deref().map_or_else(|| "while it is listed".to_owned(), plain);
            table.row(vec![name, until]);
        }
        table.print(output, args.extent.wide) + &pages::last_line(&answer, "entries")
    })?;
    Ok(DONE)
}

/// The API's way out, as a command.
fn in_terms_of_commands(name: &ListName, failure: Failure) -> Failure {
    if failure.error() == "no_list" {
        failure.saying(format!("there is no list {name}: peerwarden lists shows all of them"))
    } else {
        failure
    }
}
