//! Reader of the table, which checks each value and all together.

use std::collections::BTreeSet;
use std::time::Duration;

use peerwarden_core::Cause;
use toml::{Table, Value};

use super::value::Setting;
use super::{FleetSettings, FleetSettingsError};
use crate::roster::{Member, Roster};
use crate::rules::{FleetRules, Mode};
use crate::signing::PublicKey;

type Read<T> = Result<T, FleetSettingsError>;

pub(super) fn settings(table: &Table) -> Read<FleetSettings> {
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(FleetSettingsError::of(key, None, unknown(key)));
    }
    let get = |key: &'static str| table.get(key).map(|value| Setting { key, value });
    let rules = rules(get)?;
    let needed = |key: &'static str, example: &str| {
        let missing = || FleetSettingsError::of(key, None, format_args!("give it: {example}"));
        get(key).ok_or_else(missing)
    };
    let servers = get("servers").map(servers).transpose()?.unwrap_or_default();
    let members = get("members").map(members).transpose()?;
    let operator_keys = get("operator_keys").map(operator_keys).transpose()?.unwrap_or_default();
    let client_cert = match (get("cert_file"), get("key_file")) {
        (Some(certificate), Some(key)) => Some((certificate.path()?, key.path()?)),
        (None, None) => None,
        (Some(certificate), None) => return Err(certificate.wrong("give key_file as well")),
        (None, Some(key)) => return Err(key.wrong("give cert_file as well")),
    };
    let is_on = rules.mode != Mode::Off;
    let path = |key| get(key).map(|path| path.path()).transpose();
    let settings = FleetSettings {
        name: match get("name") {
            None if !is_on => {
                "off".parse().map_err(|error| FleetSettingsError::of("name", None, error))?
            }
            _ => needed("name", "\"mainnet\"")?.parsed()?,
        },
        member_key_file: match get("member_key_file") {
            None if !is_on => Default::default(),
            _ => needed("member_key_file", "\"/etc/peerwarden/member.key\"")?.path()?,
        },
        servers,
        nkey_file: path("nkey_file")?,
        ca_file: path("ca_file")?,
        client_cert,
        members,
        operator_keys,
        rules,
        resync_interval: match get("resync_interval") {
            Some(interval) => interval.duration(Duration::from_secs(10), DAY)?,
            None => Duration::from_secs(600),
        },
    };
    if is_on {
        if settings.servers.is_empty() {
            needed("servers", "[\"tls://nats.example:4222\"]")?;
        }
        checked(&settings)?;
    }
    Ok(settings)
}

fn rules<'a>(get: impl Fn(&'static str) -> Option<Setting<'a>>) -> Read<FleetRules> {
    let mut rules = FleetRules::default();
    if let Some(mode) = get("mode") {
        let known = mode.value.as_str().and_then(|text| text.parse().ok());
        rules.mode = known.ok_or_else(|| mode.wrong("give \"off\", \"observe\" or \"enforce\""))?;
    }
    if let Some(share) = get("share") {
        rules.share = share.list()?.map(|cause| shared(&cause)).collect::<Read<BTreeSet<_>>>()?;
    }
    let flag = |key, to: &mut bool| {
        get(key).map(|flag| flag.flag()).transpose().map(|flag| *to = flag.unwrap_or(*to))
    };
    flag("distinct_groups", &mut rules.distinct_groups)?;
    flag("share_networks", &mut rules.share_networks)?;
    let count = |key, to: &mut usize| {
        get(key).map(|count| count.count()).transpose().map(|count| *to = count.unwrap_or(*to))
    };
    count("quorum", &mut rules.quorum)?;
    count("max_new_per_hour", &mut rules.max_new_per_hour)?;
    count("max_statements", &mut rules.max_statements)?;
    let duration = |key, to: &mut Duration, longest| {
        let duration = get(key).map(|time| time.duration(Duration::from_secs(1), longest));
        duration.transpose().map(|duration| *to = duration.unwrap_or(*to))
    };
    duration("min_share", &mut rules.min_share, DAY)?;
    duration("max_believed", &mut rules.max_believed, 7 * DAY)?;
    duration("pardon_for", &mut rules.pardon_for, 7 * DAY)?;
    if let Some(share) = get("max_share_of_connected") {
        rules.max_share_of_connected = share.share()?;
    }
    let is_meant = get("quorum_one").map(|one| one.flag()).transpose()?.unwrap_or(false);
    if rules.quorum == 1 && !is_meant {
        let advice =
            "one fooled node bans everywhere: give 2 or more, or quorum_one = true as well";
        return Err(FleetSettingsError::of("quorum", Some(&Value::Integer(1)), advice));
    }
    Ok(rules)
}

fn shared(cause: &Setting<'_>) -> Read<Cause> {
    let text = cause.text()?;
    let known = Cause::ALL.into_iter().find(|cause| cause.as_str() == text);
    match known {
        Some(Cause::Remote) => Err(cause.wrong(
            "what others say is never said again, or bans would go round and round: leave it out",
        )),
        Some(known) => Ok(known),
        None => Err(cause
            .wrong("give \"penalty\", \"score\", \"application\", \"operator\" or \"address\"")),
    }
}

fn servers(setting: Setting<'_>) -> Read<Vec<String>> {
    let server = |server: Setting<'_>| {
        let text = server.text()?;
        let right = ["nats://", "tls://"].iter().any(|scheme| {
            text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.contains('@'))
        });
        let wrong = "give an address without a password, such as \"tls://nats.example:4222\"";
        if right { Ok(text.to_owned()) } else { Err(server.wrong(wrong)) }
    };
    setting.list()?.map(server).collect()
}

fn operator_keys(setting: Setting<'_>) -> Read<Vec<PublicKey>> {
    setting.list()?.map(|key| key.parsed()).collect()
}

fn members(setting: Setting<'_>) -> Read<Roster> {
    let member = |member: Setting<'_>| {
        let table = member.value.clone();
        table.try_into::<Member>().map_err(|error| {
            let text = error.message().trim_end().to_owned();
            member.wrong(format_args!("{text}: give {EXAMPLE_MEMBER}"))
        })
    };
    let members = setting.list()?.map(member).collect::<Read<Vec<_>>>()?;
    Roster::new(members).map_err(|error| FleetSettingsError::of("members", None, error))
}

/// What only makes sense together.
fn checked(settings: &FleetSettings) -> Read<()> {
    let quorum = settings.rules.quorum;
    match &settings.members {
        None if settings.operator_keys.is_empty() => Err(FleetSettingsError::of(
            "members",
            None,
            "give the members, or operator_keys that sign the roster in the bucket",
        )),
        Some(members) if members.members().len() < quorum => {
            let members = members.members().len();
            let advice = format!("there are {members} members, so no ban would ever be believed");
            let value = Value::Integer(i64::try_from(quorum).unwrap_or(i64::MAX));
            Err(FleetSettingsError::of("quorum", Some(&value), advice))
        }
        _ => Ok(()),
    }
}

fn unknown(key: &str) -> String {
    let alike = KEYS.iter().map(|known| (strsim::jaro_winkler(key, known), *known));
    let nearest = alike.filter(|(alike, _)| *alike > 0.85).max_by(|(a, _), (b, _)| a.total_cmp(b));
    match nearest {
        Some((_, known)) => format!("there is no such setting: did you mean {known}?"),
        None => format!("there is no such setting: there are {}", KEYS.join(", ")),
    }
}

const EXAMPLE_MEMBER: &str = "a table such as { id = \"5f0c..\", name = \"n1\", group = \"fra\" }";

const DAY: Duration = Duration::from_secs(86_400);

/// All settings, in the order of the example.
const KEYS: &[&str] = &[
    "mode",
    "name",
    "servers",
    "member_key_file",
    "nkey_file",
    "ca_file",
    "cert_file",
    "key_file",
    "members",
    "operator_keys",
    "quorum",
    "quorum_one",
    "distinct_groups",
    "share",
    "share_networks",
    "min_share",
    "max_believed",
    "max_new_per_hour",
    "max_share_of_connected",
    "pardon_for",
    "max_statements",
    "resync_interval",
];
