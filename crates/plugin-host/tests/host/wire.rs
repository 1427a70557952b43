//! Frames that are no messages, from either side, and the end of the stream.

use std::io::Write;

use plugin_rpc::{Act, ToHost};
use serde_json::json;

use crate::harness::{Center, Setup, code, value};

#[test]
fn the_end_of_the_stream_ends_the_host_at_once_whatever_it_does() {
    for deed in ["nothing", "hang", "spin"] {
        let mut center = Center::running(&Setup::of("rogue"), &json!({ "health": "hang" }));
        if deed != "nothing" {
            center.send(|id| ToHost::Health { id });
            for _ in 0..5 {
                center.begin("do", &json!({ "deed": deed }));
            }
        }
        center.to = None;
        assert_eq!(center.wait_for_end().code(), Some(0), "{deed}");
    }
}

#[test]
fn the_end_of_the_stream_before_the_hello_ends_the_host() {
    let mut center = Center::spawn(&Setup::of("clock"));
    center.socket = None;
    assert_eq!(center.child.wait().unwrap().code(), Some(2));
}

#[test]
fn frames_that_are_no_messages_end_the_host() {
    let deep = [&100_000_u32.to_le_bytes()[..], &[b'['; 100_000]].concat();
    for frame in [&b"\xff\xff\xff\xff"[..], b"\x02\0\0\0{}", b"\x04\0\0\0\xff\xff\xff\xff", &deep] {
        let mut center = Center::running(&Setup::of("clock"), &json!({}));
        center.to.as_ref().unwrap().write_all(frame).unwrap();
        assert_eq!(center.wait_for_end().code(), Some(2));
    }
}

#[test]
fn a_second_hello_ends_the_host() {
    let setup = Setup::of("clock");
    let mut center = Center::running(&setup, &json!({}));
    let greeting = center.greeting(&setup);
    center.send(|_| greeting);
    assert_eq!(center.wait_for_end().code(), Some(2));
}

#[test]
fn frames_that_a_plugin_forges_are_refused_by_their_reader() {
    for (deed, expected) in
        [("garbage", "malformed"), ("huge-frame", "too_large"), ("deep-frame", "too_deep")]
    {
        let mut center = Center::running(&Setup::of("rogue"), &json!({}));
        center.begin("do", &json!({ "deed": deed }));
        assert_eq!(center.read_to_fault(), expected);
    }
}

#[test]
fn a_result_that_fits_no_frame_is_a_fault() {
    let mut center = Center::running(&Setup::of("rogue"), &json!({}));
    let nested = (0..62).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(code(center.call("echo", &nested)), "bad_result", "the answer nests deeper than the call");
    assert_eq!(value(center.call("echo", &json!("x".repeat(3 << 20)))).as_str().unwrap().len(), 3 << 20);
}

#[test]
fn a_stop_before_anything_was_loaded_just_ends_the_host() {
    let (mut center, _) = Center::greeted(&Setup::of("rogue"));
    assert_eq!(value(center.act(Act::Stop)), json!(null));
    assert_eq!(center.wait_for_end().code(), Some(0));
}
