//! The page of a running `peerwarden node`, in headless Chromium.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test may panic, helpers included"
)]

mod browser;
#[path = "../node/peer.rs"]
#[expect(dead_code, reason = "this suite needs less of it than that of the node")]
mod peer;
#[path = "../node/process.rs"]
#[expect(dead_code, reason = "this suite needs less of it than that of the node")]
mod process;
#[path = "../node/watchdog.rs"]
mod watchdog;
mod web;

use std::process::Command;

use browser::Browser;
use peer::Peer;
use process::NodeProcess;
use web::Web;

/// A node, the page of it on a loopback port, and a browser that shows it.
struct Shown {
    browser: Browser,
    web: Web,
    node: NodeProcess,
    directory: tempfile::TempDir,
}

impl Shown {
    fn start(settings: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("node.toml");
        std::fs::write(&file, settings).unwrap();
        let data = directory.path().join("data");
        let mut node = NodeProcess::start(&data, &["--config", file.to_str().unwrap()]);
        node.until("admin API at ");
        let web = Web::start(&data.join("admin.sock"));
        let mut browser = Browser::start();
        browser.open(&web.url);
        browser.until("document.querySelector('#facts span') !== null");
        Self { browser, web, node, directory }
    }

    fn end(self) {
        assert_eq!(self.browser.complaints, [""; 0]);
        drop((self.web, self.node, self.directory));
    }
}

#[test]
#[ignore = "needs a Chromium: `.ci/run page` fetches one"]
fn a_network_is_banned_and_lifted_and_a_note_stays_text() {
    let mut shown = Shown::start("");
    let page = &mut shown.browser;
    page.value("document.getElementById('tab-bans').click()");
    page.value(
        "{ const all = document.getElementById('ban-form').elements; \
           all.subject.value = '203.0.113.0/24'; all.note.value = '<img src=x onerror=alert(1)>'; \
           document.querySelector('#ban-form button').click(); }",
    );
    page.until("document.querySelectorAll('#bans tr').length === 1");
    page.until(
        "document.getElementById('said').textContent.startsWith('203.0.113.0/24 is banned')",
    );
    let row = page.value("document.querySelector('#bans tr').textContent");
    assert!(row.as_str().unwrap().contains("\"<img src=x onerror=alert(1)>\" (page)"), "{row}");
    assert_eq!(page.value("document.querySelectorAll('#bans img').length"), 0);
    // It counts down by itself.
    page.until("document.querySelector('[data-until]').textContent === '23h 59m'");

    page.until("document.querySelector('#events .banned') !== null");
    page.value("document.querySelector('#bans button').click()");
    page.until("document.querySelectorAll('#bans tr').length === 0");
    page.until("document.querySelector('#events .unbanned') !== null");
    shown.end();
}

#[test]
#[ignore = "needs a Chromium: `.ci/run page` fetches one"]
fn focus_and_selection_outlive_refreshes_and_every_ban_can_be_reached() {
    let mut shown = Shown::start("");
    let list: String = (0..450).map(|n| format!("203.0.{}.{}\n", 113 + n / 256, n % 256)).collect();
    let file = shown.directory.path().join("scanners.txt");
    std::fs::write(&file, list).unwrap();
    let import = Command::new(env!("CARGO_BIN_EXE_peerwarden"))
        .arg("import")
        .arg(file)
        .arg("--socket")
        .arg(shown.directory.path().join("data").join("admin.sock"))
        .status();
    assert!(import.unwrap().success());
    let page = &mut shown.browser;
    page.value("document.getElementById('tab-bans').click()");
    page.until("document.querySelectorAll('#bans tr').length === 200");
    assert_eq!(
        page.value("document.querySelector('#bans [data-label=Why]').textContent"),
        "list scanners.txt"
    );
    page.value("document.querySelector('#bans button').focus()");
    page.value(
        "getSelection().selectAllChildren(document.querySelector('#bans tr:nth-child(3) td'))",
    );
    let selected = page.value("getSelection().toString()");
    page.value("window.before = document.querySelector('#bans [data-label=Since]').textContent");
    page.until("document.querySelector('#bans [data-label=Since]').textContent !== window.before");
    assert_eq!(page.value("document.activeElement.textContent"), "Lift");
    assert_eq!(page.value("getSelection().toString()"), selected);

    for count in [400, 450] {
        page.value("document.getElementById('bans-more').click()");
        page.until(&format!("document.querySelectorAll('#bans tr').length === {count}"));
    }
    assert_eq!(page.value("document.getElementById('bans-more').hidden"), true);
    assert_eq!(
        page.value("document.getElementById('bans-caption').textContent"),
        "450 of 450 bans shown."
    );
    shown.end();
}

#[test]
#[ignore = "needs a Chromium: `.ci/run page` fetches one"]
fn a_peer_that_comes_and_misbehaves_is_shown_live_with_a_plot() {
    let rules = "[topics.blocks]\nmax_size = 10\n[policy]\nthreshold = 2000\ndecay = [1]\n";
    let mut shown = Shown::start(rules);
    let address = shown.node.address();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut peer = Peer::signed("blocks");
    runtime.block_on(async {
        assert!(peer.join(&address).await);
        for _ in 0..2 {
            peer.publish(11).await;
        }
    });
    let running = runtime.spawn(async move {
        loop {
            peer.next_message().await;
        }
    });
    let page = &mut shown.browser;
    page.until("document.querySelectorAll('#peers tr').length === 1");
    page.until("document.querySelector('#peers td.number').textContent.startsWith('1,7')");
    let label = page.value("document.querySelector('#peers svg').getAttribute('aria-label')");
    assert!(label.as_str().unwrap().ends_with("the threshold is 2,000"), "{label}");
    let points = "document.querySelector('#peers polyline').getAttribute('points')";
    page.until(&format!("{points}.split(' ').length > 2"));
    running.abort();
    shown.end();
}

#[test]
#[ignore = "needs a Chromium: `.ci/run page` fetches one"]
fn the_page_fits_a_narrow_window_and_goes_by_keyboard_in_light_and_dark() {
    let mut shown = Shown::start("");
    let page = &mut shown.browser;
    for dark in [false, true] {
        page.look(320, 640, dark);
        for tab in ["peers", "bans", "lists", "events"] {
            page.value(&format!("document.getElementById('tab-{tab}').click()"));
            let width = page.value("document.documentElement.scrollWidth");
            assert!(width.as_u64() <= Some(320), "{tab} is {width} wide");
        }
        let back = page.value("getComputedStyle(document.body).backgroundColor");
        let expected = if dark { "rgb(20, 23, 26)" } else { "rgb(251, 251, 250)" };
        assert_eq!(back, expected);
    }
    page.value("document.getElementById('tab-peers').click()");
    page.value("document.getElementById('tab-peers').focus()");
    page.value(
        "document.activeElement.dispatchEvent(\
           new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))",
    );
    assert_eq!(page.value("document.activeElement.id"), "tab-events");
    assert_eq!(page.value("document.getElementById('panel-events').hidden"), false);
    let inputs = "[...document.querySelectorAll('input, select')]";
    assert_eq!(page.value(&format!("{inputs}.filter((it) => !it.labels.length).length")), 0);
    shown.end();
}

#[test]
#[ignore = "needs a Chromium: `.ci/run page` fetches one"]
fn without_the_token_and_for_another_host_nothing_is_told() {
    let shown = Shown::start("");
    let status = |host: &str, token: &str| shown.web.status("/v1/bans", host, token);
    let (host, token) = (shown.web.host(), shown.web.token());
    assert_eq!(status(&host, &token), 200);
    assert_eq!(status(&host, ""), 401);
    assert_eq!(status(&host, &"0".repeat(64)), 401);
    assert_eq!(status("peers.example", &token), 403);
    shown.end();
}
