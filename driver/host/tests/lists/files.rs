//! Every file of the tests in the format that it is, guessed by what it says.

use peerwarden_host::lists::ListFormat;

use crate::node::read;

#[test]
fn every_format_is_guessed_by_what_a_file_says() {
    for (file, format) in [
        (&include_bytes!("data/banlist.json")[..], ListFormat::Bitcoin),
        (include_bytes!("data/cscli-decisions-list.csv"), ListFormat::Crowdsec),
        (include_bytes!("data/cscli-decisions-list.json"), ListFormat::Crowdsec),
        (include_bytes!("data/cscli-import.csv"), ListFormat::Crowdsec),
        (include_bytes!("data/decisions-stream.json"), ListFormat::Crowdsec),
        (include_bytes!("data/firehol_level1.netset"), ListFormat::Plain),
        (include_bytes!("data/ipfilter.dat"), ListFormat::Ipfilter),
        (include_bytes!("data/ipset-save.txt"), ListFormat::Plain),
        (include_bytes!("data/listbanned-0.20.json"), ListFormat::Bitcoin),
        (include_bytes!("data/listbanned-27.json"), ListFormat::Bitcoin),
        (include_bytes!("data/mixed.txt"), ListFormat::Plain),
        (include_bytes!("data/monero-ban-list.txt"), ListFormat::Plain),
        (include_bytes!("data/p2p.txt"), ListFormat::Plain),
    ] {
        assert_eq!(read(file).format, format);
        let marked = [b"\xef\xbb\xbf", file].concat();
        assert_eq!(read(&marked).format, format, "with a byte order mark");
    }
}
