//! Figures of the guide, compared with what they are figures of.
#![cfg(feature = "toml")]

use peerwarden_libp2p::Settings;

#[test]
fn the_table_of_defaults_has_those_of_the_example_file() {
    let page = include_str!("../guide/decisions.md");
    let table = page.split("## Defaults").nth(1).unwrap();

    let rows: Vec<_> = table.lines().filter_map(row).collect();

    assert!(rows.len() > 20, "{rows:?}");
    for (key, default) in rows {
        let line = format!("#{key} = {default}");
        assert!(Settings::EXAMPLE.lines().any(|each| each == line), "{line} is not in the file");
    }
}

/// The key and the default of a line in the table.
fn row(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = line.strip_prefix("| `")?.split_once("` | `")?;
    Some((key, rest.split_once('`')?.0))
}
