//! The OpenAPI document, and what is served.

use std::collections::BTreeSet;

use base64::Engine;

use crate::schema::DOCUMENT;
use crate::served::Served;

#[test]
fn the_document_is_served_as_it_is() {
    let served = Served::start();

    let answer = served.get("/v1/openapi.json");

    assert_eq!(answer.json(), *DOCUMENT);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn every_path_has_the_methods_of_the_document_and_no_other() {
    let served = Served::start();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        let documented: BTreeSet<_> =
            operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let there = path.replace("{subject}", "203.0.113.7").replace("{id}", "peer-1");
        let there = there.replace("{name}", "level1");
        for method in ["DELETE", "GET", "PATCH", "POST", "PUT"] {
            if documented.contains(method) {
                continue;
            }
            let answer = served.connection().request(method, &there, "", "");
            let (status, error, message, _) = answer.error();
            assert_eq!((status, error.as_str()), (405, "no_method"), "{method} {path}");
            let said =
                format!("{there} has no {method}: the header allow lists the methods that it has");
            assert_eq!(message, said);
            // What may be read has HEAD as well.
            let allow = answer.header("allow").unwrap_or_else(|| panic!("{method} {path}"));
            let allowed: BTreeSet<_> =
                allow.split(',').map(str::to_owned).filter(|method| method != "HEAD").collect();
            assert_eq!(allowed, documented, "{path}");
        }
    }
}

#[test]
fn a_path_that_is_not_there_is_not_found() {
    let served = Served::start();
    for path in
        ["/v2/bans", "/v1", "/v1/bans/", "/v1/peer", "/bans", "/v1/peers/peer-1/ban", "//v1/bans"]
    {
        let (status, error, message, _) = served.get(path).error();
        assert_eq!((status, error.as_str()), (404, "no_route"), "{path}");
        assert_eq!(message, format!("there is no {path}: GET /v1/openapi.json lists all paths"));
    }
}

#[test]
fn the_page_may_run_what_is_in_it_and_load_nothing() {
    let served = Served::start();

    let page = served.get("/");

    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let inside = |tag: &str| {
        let (_, rest) = page.text.split_once(&format!("<{tag}>")).unwrap();
        rest.split_once(&format!("</{tag}>")).unwrap().0.to_owned()
    };
    let hash = |text: String| {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(digest)
    };
    let expected = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(inside("script")),
        hash(inside("style")),
    );
    assert_eq!(page.header("content-security-policy"), Some(expected.as_str()));
    for loads in ["<link", "<img", "src=", "@import", "innerHTML", "http://127", "https:"] {
        assert!(!page.text.contains(loads), "{loads}");
    }
}

#[test]
fn nothing_is_kept_in_a_cache_or_taken_for_something_else() {
    let served = Served::start();
    for path in ["/", "/v1/bans", "/v1/bans/peer-1", "/nowhere"] {
        let answer = served.get(path);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
}
