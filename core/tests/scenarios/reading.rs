//! Texts that are refused when they are read, and the errors.

use peerwarden_core::scenario::{ActionLine, Header, Scenario, Step};

#[test]
fn a_file_holds_one_scenario_or_a_list_of_them() {
    let one = r#"{ "name": "one", "steps": [] }"#;

    assert_eq!(Scenario::read(one).map(|list| list.len()).ok(), Some(1));
    let two = format!("[{one}, {one}]");
    assert_eq!(Scenario::read(&two).map(|list| list.len()).ok(), Some(2));
}

#[test]
fn unknown_keys_are_refused() {
    for json in [
        r#"{ "name": "n", "steps": [], "comment": "" }"#,
        r#"{ "name": "n", "steps": [], "set": { "treshold": 1 } }"#,
        r#"{ "name": "n", "steps": [{ "at": 0, "conect": "a" }] }"#,
    ] {
        assert!(Scenario::read(json).is_err(), "{json}");
    }
}

#[test]
fn a_step_that_makes_no_sense_says_what_is_wrong_with_it() {
    for (line, why) in [
        (r#"{"tick":true}"#, "a step without \"at\""),
        (r#"{"at":0}"#, "a step that is neither an input nor a question"),
        (r#"{"at":0,"tick":false}"#, "a step that is neither an input nor a question"),
        (r#"{"at":0,"tick":true,"heartbeat":true}"#, "not both \"tick\" and \"heartbeat\""),
        (r#"{"at":0,"at":1,"tick":true}"#, "duplicate field `at`"),
        (r#"{"at":0,"connect":"a","connect":"b"}"#, "duplicate field `connect`"),
        (r#"{"at":0,"connect":"a","points":1}"#, "\"points\" does not belong to the step"),
        (r#"{"at":0,"report":"a","points":1,"amplify":2}"#, "\"amplify\" does not belong"),
        (r#"{"at":0,"report":"a","points":0}"#, "penalty 0 is not a number above 0"),
        (r#"{"at":0,"report":"a","amplify":101}"#, "amplification 101 is not a number above 0"),
        (r#"{"at":0,"report":"a","misbehavior":"No!"}"#, "misbehavior name has something other"),
        (r#"{"at":-1,"tick":true}"#, "-1 is not a number of at least 0"),
        (r#"{"at":0.1234567891,"tick":true}"#, "0.1234567891 has more than 9 decimals"),
        (r#"{"at":"0","tick":true}"#, "\"0\" is not a number"),
        (r#"{"at":99999999999,"tick":true}"#, "99999999999 is too large"),
        (r#"{"at":0,"score":"a"}"#, "a score without \"value\""),
        (r#"{"at":0,"score":"a","value":1e999}"#, "score inf is not a finite number"),
        (r#"{"at":0,"waive":"a"}"#, "a waiver without \"points\""),
        (r#"{"at":0,"ban":"a"}"#, "a is no subject"),
        (r#"{"at":0,"ban":"peer:a","for":0}"#, "ban duration is 0s"),
        (r#"{"at":0,"ban":"peer:a","origin":"me"}"#, "me is no origin"),
        (r#"{"at":0,"check":"addr:10.0.0.0/8","verdict":"deny"}"#, "cannot be checked"),
        (r#"{"at":0,"check":"peer:a"}"#, "a check without \"verdict\""),
        (r#"{"at":0,"hash":"12"}"#, "a hash is 16 hexadecimal digits"),
        (r#"{"at":0,"hash":"00000000000000ff"}"#, "a hash without \"inputs\""),
        (r#"{"at":0,"reconfigure":{"set":{"decay":[]}}}"#, "decay is an empty list"),
        (r#"{"at":0,"tick":true,"expect":["unban a"]}"#, "\"unban a\" is no action"),
        (
            r#"{"at":0,"tick":true,"expect":["ban peer:a penalty until 1.50"]}"#,
            "this action is written \"ban peer:a penalty until 1.5\"",
        ),
        ("[]", "expected a step"),
        ("", "EOF while parsing"),
    ] {
        let error = Step::<String>::read(line).expect_err(line).to_string();

        assert!(error.contains(why), "{line}\n  says {error}\n  not  {why}");
    }
}

#[test]
fn an_error_says_where_it_is() {
    let error =
        Scenario::read("{ \"name\": \"n\",\n  \"steps\": [] ] }").expect_err("a bracket more");

    assert_eq!((error.line(), error.column()), (2, 15));
    assert_eq!(error.message(), "expected `,` or `}`");
    assert_eq!(error.to_string(), "expected `,` or `}` at line 2 column 15");
}

#[test]
fn a_line_is_refused_that_no_action_prints() {
    for line in ["", "ban", "ban peer:a", "ban peer:a vice forever", "incident maybe", "fly a"] {
        assert!(line.parse::<ActionLine>().is_err(), "{line}");
    }
}

#[test]
fn a_first_line_says_what_it_is_instead_of_a_header() {
    for (line, why) in [
        ("", "the first line is not that of a recording"),
        (r#"{"at":0,"tick":true}"#, "the first line is not that of a recording"),
        (r#"{"recording":2,"new":[]}"#, "the recording has format 2, and only format 1 is known"),
        (r#"{"recording":1}"#, "the first line of the recording cannot be read"),
    ] {
        let error = Header::<String>::read(line).expect_err(line);

        assert_eq!(error.to_string(), why);
    }
}
