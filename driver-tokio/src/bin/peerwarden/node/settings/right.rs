//! Values that would be right, for messages about those that are not.

/// Says what can be the value at this path in a node's file; `None` of the policy, whose own messages say it.
pub(super) fn right(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        ["admin"] => "a table [admin] with tcp and token_file",
        ["admin", "tcp"] => "a loopback address with a port, such as \"127.0.0.1:8780\"",
        ["admin", "token_file"] => "a path, such as \"/etc/peerwarden/admin.token\"",
        ["bootstrap" | "static"] => {
            "a list of addresses such as [\"/ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..\"]"
        }
        ["data_dir"] => "a path, such as \"/var/lib/peerwarden\"",
        ["limits"] => "a table [limits] with numbers of connections, such as inbound = 500",
        ["limits", _] => "a whole number from 0 to 4294967295",
        ["listen"] => "a list of addresses such as [\"/ip4/0.0.0.0/tcp/4001\"]",
        ["log_format"] => "\"text\" or \"json\"",
        ["metrics"] => "an IP address with a port, such as \"127.0.0.1:9464\"",
        ["policy"] => "a table [policy] with the settings of the policy, such as threshold = 86400",
        ["topics"] => "a table for each topic, such as [topics.\"blocks\"]",
        ["topics", _] => "a table with max_size, max_rate and signed, any of which may be left out",
        ["topics", _, "max_rate"] => "a whole number of messages a second from 1 to 4294967295",
        ["topics", _, "max_size"] => "a whole number of bytes, 0 or more",
        ["topics", _, "signed"] => "true or false",
        _ => return None,
    })
}

/// Settings at the top of a node's file.
pub(super) const TOP: [&str; 10] = [
    "data_dir",
    "listen",
    "bootstrap",
    "static",
    "metrics",
    "log_format",
    "admin",
    "limits",
    "topics",
    "policy",
];
