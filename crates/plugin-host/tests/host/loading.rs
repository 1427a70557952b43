//! From the hello to the loaded library, and each way in which that is refused.

use plugin_rpc::{Act, Loaded, raw};
use serde_json::json;

use crate::harness::{Center, Setup, code, compile, value};

#[test]
fn nothing_of_the_library_runs_before_it_is_told_to_load() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary");
    let mut setup = Setup::of("rogue");
    setup.granted = vec![plugin_rpc::Granted { path: folder.path().to_owned(), write: true }];
    setup.env.push(("ROGUE_CANARY", canary.to_str().unwrap().to_owned()));
    let (mut center, _) = Center::greeted(&setup);
    let unloaded = code(center.act(Act::Test { config: raw(&json!({})) }));
    assert_eq!(unloaded, "out_of_order", "the host has gone past its hello and serves");
    assert!(!canary.exists(), "a hello must not load the library");
    center.act(Act::Load).unwrap();
    assert!(canary.exists(), "the constructor writes the canary once it may");
}

#[test]
fn a_loaded_library_tells_its_contract() {
    let (mut center, _) = Center::greeted(&Setup::of("rogue"));
    let loaded: Loaded = serde_json::from_value(value(center.act(Act::Load))).unwrap();
    assert_eq!(loaded, Loaded { abi: 1, max_concurrency: 2 });
}

#[test]
fn a_plugin_in_plain_c_loads_and_answers() {
    let source =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/hello-c/hello.c"));
    let mut center =
        Center::running(&Setup::with(compile(&source.unwrap())), &json!({ "greeting": "Good day" }));
    assert_eq!(value(center.call("hello", &json!({ "name": "Ada" }))), json!({ "text": "Good day, Ada!" }));
    assert_eq!(code(center.call("dance", &json!(null))), "unknown_command");
}

#[test]
fn each_library_that_is_none_of_ours_has_its_own_code() {
    let table = |fields: &str| {
        format!(
            "#include \"sprocket_plugin.h\"\n\
             static void *create(const sprocket_host *h, sprocket_reply *r) {{ (void)h; (void)r; return 0; }}\n\
             static void destroy(void *s) {{ (void)s; }}\n\
             const sprocket_plugin_table sprocket_plugin = {{ {fields}, .create = create, .destroy = destroy }};\n"
        )
    };
    let good = ".version = SPROCKET_ABI_VERSION, .size = sizeof sprocket_plugin";
    let mut foreign = compile(&table(good));
    foreign[18] = 183;
    let cases = [
        (b"not a library".to_vec(), "library_unloadable"),
        (foreign, "other_architecture"),
        (compile("int x;\n"), "symbol_missing"),
        (
            compile("extern int gone(void);\nint x(void);\nint x(void) { return gone(); }\n"),
            "library_unloadable",
        ),
        (compile(&table(".version = 2, .size = sizeof sprocket_plugin")), "abi_mismatch"),
        (compile(&table(".version = SPROCKET_ABI_VERSION, .size = 16")), "descriptor_invalid"),
        (compile(&table(&format!("{good}, .reserved = 0"))), "descriptor_invalid"),
    ];
    for (number, (library, expected)) in cases.into_iter().enumerate() {
        let (mut center, _) = Center::greeted(&Setup::with(library));
        assert_eq!(code(center.act(Act::Load)), expected, "case {number}");
    }
}

#[test]
fn an_enormous_number_of_calls_at_once_is_cut_to_sixteen() {
    let source = "#include \"sprocket_plugin.h\"\n\
        static int state;\n\
        static void *create(const sprocket_host *h, sprocket_reply *r) { (void)h; (void)r; return &state; }\n\
        static void destroy(void *s) { (void)s; }\n\
        const sprocket_plugin_table sprocket_plugin = { .version = 1, .size = sizeof sprocket_plugin,\n\
            .max_concurrency = 4000000000u, .create = create, .destroy = destroy };\n";
    let (mut center, _) = Center::greeted(&Setup::with(compile(source)));
    assert_eq!(value(center.act(Act::Load))["max_concurrency"], json!(16));
}

#[test]
fn a_host_with_another_parent_than_hello_says_ends() {
    for center_pid in [1, 0, std::process::id() + 1] {
        let setup = Setup { center_pid, ..Setup::of("clock") };
        let mut center = Center::spawn(&setup);
        center.hello(&setup);
        assert_eq!(center.wait_for_end().code(), Some(2));
    }
}

#[test]
fn a_host_of_another_protocol_ends() {
    let setup = Setup { protocol: 2, ..Setup::of("clock") };
    let mut center = Center::spawn(&setup);
    center.hello(&setup);
    assert_eq!(center.wait_for_end().code(), Some(2));
}
