//! Tables of a replay.

use peerwarden_tokio::Cause;
use peerwarden_tokio::peerwarden_host::replay::{
    BannedSubject, Difference, PolicyOutcome, ReplayReport,
};

use super::sentences::{self, CAVEAT, after, number, span, time};
use crate::cli;
use crate::client::output::Output;
use crate::client::table::{Column, Table};
use crate::client::text::{brief, middle, plain, points};
use crate::words::count;

/// Everything that is told of a replay.
pub(super) fn all(report: &ReplayReport, args: &cli::Replay, output: &Output) -> String {
    let wide = args.wide;
    let mut parts =
        vec![head(report), policies(report, wide, output), causes(report, wide, output)];
    parts.extend(withheld(report, wide, output));
    parts.extend(report.peer.as_deref().map(|peer| followed(report, peer, wide, output)));
    parts.extend(
        report.differences.iter().map(|difference| differing(report, difference, wide, output)),
    );
    parts.extend(report.policies.iter().filter_map(|policy| honest(report, policy, wide)));
    parts.push(wrapped(CAVEAT));
    if let Some(file) = &args.plot {
        parts.push(format!("drawn: {}\n", plain(&file.display().to_string())));
    }
    parts.join("\n")
}

fn head(report: &ReplayReport) -> String {
    let name = match plain(&report.name) {
        name if name.is_empty() => String::new(),
        name => format!("{}: ", middle(&name, 40)),
    };
    let begins = report.time_of_day(report.from);
    let begins = begins.map_or_else(
        || format!("from {}", after(report, report.from)),
        |time| format!("from {}", humantime::format_rfc3339_seconds(time)),
    );
    let what = format!(
        "{name}{} {begins}, {} in {}",
        span(report),
        count(report.inputs, "input"),
        number(report.files, "file"),
    );
    let pseudonyms = if report.pseudonymised { "\nnames and IPs have been replaced" } else { "" };
    format!("{what}\n{}{pseudonyms}\n", wrapped(&sentences::exactness(report)).trim_end())
}

fn policies(report: &ReplayReport, wide: bool, output: &Output) -> String {
    let asked = report.policies.iter().any(|policy| policy.honest.is_some());
    let mut columns = vec![
        Column::names("POLICY"),
        Column::whole("PEERS"),
        Column::whole("NETWORKS"),
        Column::whole("BANS"),
        Column::whole("TIME BANNED"),
        Column::whole("FIRST BAN"),
    ];
    if asked {
        columns.push(Column::whole("HONEST HIT"));
    }
    let mut table = Table::new(&columns);
    for policy in &report.policies {
        let mut cells = vec![
            policy.name.clone(),
            policy.peers.to_string(),
            policy.networks.to_string(),
            policy.bans_begun().to_string(),
            time(policy.time_banned),
            policy.first_ban.map_or_else(|| "none".to_owned(), |first| after(report, first)),
        ];
        if let Some(honest) = &policy.honest {
            cells.push(format!("{} of {}", honest.hit.len(), honest.present));
        }
        table.row(cells);
    }
    table.print(output, wide)
}

fn causes(report: &ReplayReport, wide: bool, output: &Output) -> String {
    let occurs =
        |cause: &Cause| report.policies.iter().any(|policy| policy.bans.contains_key(cause));
    let causes: Vec<_> = Cause::ALL.into_iter().filter(occurs).collect();
    if causes.is_empty() {
        return "no ban began under any policy\n".to_owned();
    }
    let mut columns = vec![Column::names("BANS BY CAUSE")];
    columns.extend(causes.iter().map(|cause| Column::whole(cause.as_str())));
    let mut table = Table::new(&columns);
    for policy in &report.policies {
        let bans = |cause| policy.bans.get(cause).copied().unwrap_or(0).to_string();
        let mut cells = vec![policy.name.clone()];
        cells.extend(causes.iter().map(bans));
        table.row(cells);
    }
    table.print(output, wide)
}

fn withheld(report: &ReplayReport, wide: bool, output: &Output) -> Option<String> {
    let mut table = Table::new(&[
        Column::names("POLICY"),
        Column::whole("INCIDENTS"),
        Column::words("BANS WITHHELD"),
    ]);
    let is_any = |policy: &&PolicyOutcome| policy.incidents > 0 || !policy.withheld.is_empty();
    report.policies.iter().find(is_any)?;
    for policy in &report.policies {
        let why = policy.withheld.iter().map(|(why, times)| format!("{times} by {why}"));
        let why = why.collect::<Vec<_>>().join(", ");
        let why = if why.is_empty() { "none".to_owned() } else { why };
        table.row(vec![policy.name.clone(), policy.incidents.to_string(), why]);
    }
    Some(table.print(output, wide))
}

fn followed(report: &ReplayReport, peer: &str, wide: bool, output: &Output) -> String {
    let mut table = Table::new(&[
        Column::names("POLICY"),
        Column::whole("HIGHEST PENALTY"),
        Column::whole("THRESHOLD"),
        Column::whole("REFUSED"),
        Column::whole("FOR"),
    ]);
    for policy in &report.policies {
        let Some(trace) = &policy.trace else { continue };
        let highest = trace.points.iter().map(|point| point.penalty).fold(0.0, f64::max);
        let refused = trace.refused.iter();
        let lasted = refused.map(|refusal| refusal.until.saturating_duration_since(refusal.from));
        table.row(vec![
            policy.name.clone(),
            points(highest),
            policy.threshold.to_string(),
            count(u64::try_from(trace.refused.len()).unwrap_or(u64::MAX), "time"),
            time(lasted.sum()),
        ]);
    }
    let peer = if wide { plain(peer) } else { brief(peer) };
    format!("{peer}:\n{}", table.print(output, wide))
}

fn differing(
    report: &ReplayReport,
    difference: &Difference,
    wide: bool,
    output: &Output,
) -> String {
    let other = &difference.other;
    let mut text = listed(
        report,
        &format!("banned under {other} and not as recorded"),
        &difference.only_other,
        wide,
        output,
    );
    text += &listed(
        report,
        &format!("banned as recorded and not under {other}"),
        &difference.only_recorded,
        wide,
        output,
    );
    let sooner = difference.both.iter().filter(|both| both.other < both.recorded).count();
    let later = difference.both.iter().filter(|both| both.other > both.recorded).count();
    text + &format!(
        "banned under both: {}, of which {sooner} sooner under {other}, and {later} later\n",
        difference.both.len()
    )
}

fn listed(
    report: &ReplayReport,
    what: &str,
    banned: &[BannedSubject],
    wide: bool,
    output: &Output,
) -> String {
    if banned.is_empty() {
        return format!("{what}: none\n");
    }
    let mut table = Table::new(&[
        Column::names("WHO"),
        Column::whole("FIRST BANNED"),
        Column::whole("BY"),
        Column::whole("TIMES"),
        Column::whole("TIME BANNED"),
    ]);
    for banned in banned.iter().take(LISTED) {
        let subject = banned.subject.to_string();
        let first = if banned.before { "before".to_owned() } else { after(report, banned.first) };
        table.row(vec![
            if wide { plain(&subject) } else { brief(&subject) },
            first,
            banned.cause.to_string(),
            banned.spans.len().to_string(),
            time(banned.time()),
        ]);
    }
    let more = match banned.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("and {more} more, all of which --json has\n"),
    };
    format!("{what}: {}\n{}{more}", banned.len(), table.print(output, wide))
}

fn honest(report: &ReplayReport, policy: &PolicyOutcome, wide: bool) -> Option<String> {
    let honest = policy.honest.as_ref().filter(|honest| !honest.hit.is_empty())?;
    let mut text = format!("honest peers hit under {}:\n", policy.name);
    for hit in honest.hit.iter().take(LISTED) {
        let name = if wide { plain(&hit.peer) } else { brief(&hit.peer) };
        let network = if hit.network_only { ", for its network alone" } else { "" };
        text += &format!("  {name} {}{network}\n", after(report, hit.first));
    }
    if let Some(more) = honest.hit.len().checked_sub(LISTED).filter(|more| *more > 0) {
        text += &format!("  and {more} more, all of which --json has\n");
    }
    Some(text)
}

/// A paragraph in lines of 80 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let fits = |line: &String| line.chars().count() + 1 + word.chars().count() <= 80;
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if fits(line) => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// How many are listed by name.
const LISTED: usize = 20;
