//! Pages: what stays in a list is read exactly once.

use std::collections::BTreeMap;

use serde_json::json;

use crate::served::{Served, peer};

#[test]
fn bans_that_stay_are_read_once_whatever_comes_and_goes() {
    let served = Served::start();
    for n in 0..50 {
        served.put(&format!("/v1/bans/peer-{n}"), &json!({ "for": "forever" }));
    }

    let seen = read(&served, "/v1/bans?limit=7", "bans", |page| {
        served.delete(&format!("/v1/bans/peer-{}", 2 * page));
        served.put(&format!("/v1/bans/peer-{}", 100 + page), &json!({ "for": "forever" }));
    });

    for n in (1..50).step_by(2) {
        assert_eq!(seen.get(&format!("peer:peer-{n}")), Some(&1), "{n}");
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[test]
fn the_total_is_that_of_the_first_page() {
    let served = Served::start();
    for n in 0..3 {
        served.put(&format!("/v1/bans/peer-{n}"), &json!({ "for": "forever" }));
    }
    let first = served.get("/v1/bans?limit=1").json();
    served.delete("/v1/bans/peer-2");

    let next = first["next"].as_str().unwrap();
    let second = served.get(&format!("/v1/bans?limit=1&next={next}")).json();

    assert_eq!(
        (&first["total"], &second["total"], &second["next"]),
        (&json!(3), &json!(3), &json!(null))
    );
    assert_eq!(served.get("/v1/bans").json()["total"], json!(2));
}

#[test]
fn peers_that_stay_are_read_once_in_every_order() {
    let served = Served::start();
    for n in 0..50 {
        served.report(peer(n), 1 + usize::try_from(n).unwrap());
    }
    for query in ["", "&suspect", "&sort=penalty", "&sort=score&suspect=true"] {
        let seen = read(&served, &format!("/v1/peers?limit=7{query}"), "peers", |page| {
            served.report(peer(u64::from(page)), 40);
            served.report(peer(1_000 + u64::from(page)), 1);
        });

        for n in 0..50 {
            assert_eq!(seen.get(&format!("peer-{n}")), Some(&1), "{query} {n}");
        }
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    }
}

#[test]
fn protected_subjects_that_stay_are_read_once() {
    let served = Served::start();
    for n in 0..20 {
        served.handle.protect(served.subject(&format!("peer-{n}")), served.operator()).unwrap();
        let net = format!("10.{n}.0.0/16");
        served.handle.protect(served.subject(&net), served.operator()).unwrap();
    }

    let seen = read(&served, "/v1/protected?limit=3", "protected", |page| {
        served.delete(&format!("/v1/protected/10.{page}.0.0/16"));
    });

    assert_eq!(seen.iter().filter(|(name, _)| name.starts_with("peer:")).count(), 20);
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[test]
fn a_page_has_a_hundred_entries_unless_it_is_said_and_a_thousand_at_most() {
    let served = Served::start();
    for n in 0..1_001 {
        served.report(peer(n), 1);
    }
    let shown = |query: &str| {
        let list = served.get(&format!("/v1/peers{query}")).json();
        let peers = list["peers"].as_array().unwrap().len();
        (peers, list["shown"].as_u64(), list["total"].as_u64(), list["next"].is_string())
    };

    assert_eq!(shown(""), (100, Some(100), Some(1_001), true));
    assert_eq!(shown("?limit=1000"), (1_000, Some(1_000), Some(1_001), true));
    assert_eq!(shown("?limit=1000&suspect"), (1_000, Some(1_000), Some(1_001), true));
    let (status, _, message, field) = served.get("/v1/peers?limit=1001").error();
    assert_eq!((status, field.as_deref()), (400, Some("limit")));
    assert_eq!(message, "limit is \"1001\": give a whole number from 1 to 1000");
}

#[test]
fn a_place_of_an_earlier_run_is_gone() {
    let (before, now) = (Served::start(), Served::start());
    for n in 0..2 {
        before.put(&format!("/v1/bans/peer-{n}"), &json!({ "for": "forever" }));
    }
    let list = before.get("/v1/bans?limit=1").json();
    let next = list["next"].as_str().unwrap();

    let (status, error, message, _) = now.get(&format!("/v1/bans?next={next}")).error();

    assert_eq!((status, error.as_str()), (410, "old_cursor"));
    assert_eq!(
        message,
        "next is of an earlier run of the node: read the list from its start, without next"
    );
}

#[test]
fn a_place_in_another_list_or_in_none_is_refused() {
    let served = Served::start();
    for n in 0..2 {
        served.put(&format!("/v1/bans/peer-{n}"), &json!({ "for": "forever" }));
    }
    let next = served.get("/v1/bans?limit=1").json()["next"].as_str().unwrap().to_owned();
    let (run, place) = next.split_once('.').unwrap();

    for bad in
        [&next, "1", &format!("{run}."), &format!("{run}.00"), &format!("zz.{place}"), "", "."]
    {
        let path = format!("/v1/peers?next={bad}");
        let (status, error, message, field) = served.get(&path).error();
        let said = "next is not what this list gave: use the next of an answer as it is, or read the list \
                    from its start without it";
        assert_eq!(
            (status, error.as_str(), field.as_deref()),
            (400, "bad_value", Some("next")),
            "{bad}"
        );
        assert_eq!(message, said, "{bad}");
    }
}

#[test]
fn the_order_of_a_sorted_list_is_kept_until_eight_others_are_read() {
    let served = Served::start();
    for n in 0..3 {
        served.report(peer(n), 1);
    }
    let first = served.get("/v1/peers?suspect&limit=1").json();
    let next = format!("/v1/peers?suspect&limit=1&next={}", first["next"].as_str().unwrap());
    for _ in 0..7 {
        served.get("/v1/peers?suspect&limit=1");
    }
    assert_eq!(served.get(&next).status, 200);

    served.get("/v1/peers?suspect&limit=1");

    assert_eq!(served.get(&next).error().1, "old_cursor");
}

/// Reads all pages, and does something after each; how often each entry was seen.
fn read(
    served: &Served,
    path: &str,
    key: &str,
    mut between: impl FnMut(u16),
) -> BTreeMap<String, usize> {
    let (mut seen, mut next) = (BTreeMap::new(), None);
    for page in 0_u16.. {
        let path = match &next {
            None => path.to_owned(),
            Some(next) => format!("{path}&next={next}"),
        };
        let list = served.get(&path).json();
        for entry in list[key].as_array().unwrap() {
            let name = if key == "peers" { &entry["peer"] } else { &entry["subject"] };
            *seen.entry(name.as_str().unwrap().to_owned()).or_default() += 1;
        }
        let Some(place) = list["next"].as_str() else {
            break;
        };
        next = Some(place.to_owned());
        between(page);
    }
    seen
}
