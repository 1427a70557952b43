/*
 * The contract between Sprocket and a plugin: plain C99, one exported symbol.
 *
 * A plugin is a shared library that exports a constant table named `sprocket_plugin`. Sprocket loads
 * it into a process of its own, inside a sandbox, and calls the functions of the table:
 *
 *     create -> start -> (configure | invoke | call_service | health)* -> stop -> destroy
 *     create -> test -> destroy                       (trying settings of a plugin that is off)
 *
 * Versions: `version` and `size` come first in both tables and never move. Later versions only append
 * fields, so a plugin may use a field of `sprocket_host` if `host->size` reaches it.
 *
 * Text is UTF-8, given by pointer and length, not terminated by NUL. `ptr` may be NULL if `len` is 0.
 * Text that Sprocket passes in is valid until the function returns. Sprocket copies what it is given
 * before its function returns: neither side ever frees what the other allocated, except by `release`.
 *
 * No C++ exception, Rust panic or longjmp may leave a function of either side.
 */
#ifndef SPROCKET_PLUGIN_H
#define SPROCKET_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPROCKET_ABI_VERSION 1u

#if defined(_WIN32)
#define SPROCKET_EXPORT __declspec(dllexport)
#else
#define SPROCKET_EXPORT __attribute__((visibility("default")))
#endif

typedef struct sprocket_text {
    const char *ptr;
    size_t len;
} sprocket_text;

/* Where a function of the plugin puts its result. Sprocket's own; usable only by `respond` and `fail`,
 * only on the thread that runs the function, only until that function returns. */
typedef struct sprocket_reply sprocket_reply;

/* What a function of the host returned. Pass it to `release` exactly once, whatever `ok` says. */
typedef struct sprocket_answer {
    uint32_t ok;         /* 1: `value` is JSON. 0: `code` and `value`, a message for people. */
    uint32_t reserved;
    sprocket_text value;
    sprocket_text code;  /* a stable word, empty if ok */
    void *owner;         /* Sprocket's */
} sprocket_answer;

enum {
    SPROCKET_TRACE = 0,
    SPROCKET_DEBUG = 1,
    SPROCKET_INFO = 2,
    SPROCKET_WARN = 3,
    SPROCKET_ERROR = 4
};

/*
 * What Sprocket offers. Valid from `create` until `destroy` returns. Every function may be called from
 * any thread of the plugin. `call` is the number that `invoke` or `call_service` received if the plugin
 * acts on its behalf, else 0. A function that returns an answer may wait up to 30 seconds.
 */
typedef struct sprocket_host sprocket_host;
struct sprocket_host {
    uint32_t version; /* SPROCKET_ABI_VERSION of the host */
    uint32_t size;    /* sizeof(sprocket_host) of the host */

    /* The function succeeds with this JSON. The last of several `respond` and `fail` counts; without
     * any, the result is `null`. */
    void (*respond)(sprocket_reply *reply, sprocket_text json);

    /* The function fails: a stable word of the plugin's own, and a message for people. */
    void (*fail)(sprocket_reply *reply, sprocket_text code, sprocket_text message);

    /* A line for the plugin's log. `target` says where it arose; `fields` is a JSON object or empty. */
    void (*log)(const sprocket_host *host, uint32_t level, sprocket_text target, sprocket_text message,
                sprocket_text fields);

    /* The time in milliseconds since 1970-01-01T00:00:00Z. */
    int64_t (*now)(const sprocket_host *host);

    /* The plugin's own store of JSON values. Absence and JSON null are the same. */

    /* The value, or null. */
    sprocket_answer (*storage_get)(const sprocket_host *host, uint64_t call, sprocket_text key);
    /* Answers null. */
    sprocket_answer (*storage_put)(const sprocket_host *host, uint64_t call, sprocket_text key,
                                   sprocket_text value);
    /* Answers whether there was a value. */
    sprocket_answer (*storage_delete)(const sprocket_host *host, uint64_t call, sprocket_text key);
    /* Entries whose keys begin with `prefix` and are greater than `after` (may be empty), in the order
     * of their bytes, at most `limit`: {"entries":[{"key":...,"value":...}],"more":bool}. */
    sprocket_answer (*storage_list)(const sprocket_host *host, uint64_t call, sprocket_text prefix,
                                    sprocket_text after, uint32_t limit);
    /* Puts `value` if the present value equals `expected` (null: absent). Answers whether it did. */
    sprocket_answer (*storage_swap)(const sprocket_host *host, uint64_t call, sprocket_text key,
                                    sprocket_text expected, sprocket_text value);

    /* Tells the plugin's own pages. Answers null. */
    sprocket_answer (*publish)(const sprocket_host *host, uint64_t call, sprocket_text event,
                               sprocket_text payload);

    /* Calls a service that plugin.json declares under `services.uses`, with the rights of the account
     * behind `call` and within that call's time. Answers what the service returns, or its failure as
     * the other plugin gives it. Sprocket itself fails with one of these words: no_call (`call` is 0, has
     * ended, or is none of this plugin's), service_undeclared, service_missing, service_version,
     * service_cycle, not_permitted, account_disabled, license_needed, plugin_stopped, upgrading,
     * timed_out, too_many_calls (16 may be under way), too_large (1 MiB of JSON either way). */
    sprocket_answer (*call_service)(const sprocket_host *host, uint64_t call, sprocket_text name,
                                    sprocket_text args);

    /* Gives an answer back. Its texts are invalid afterwards. */
    void (*release)(const sprocket_host *host, sprocket_answer answer);

    /* The terms of the license that the plugin runs by now, or null: {"serial":...,"licensee":...,
     * "features":[...],"seats":number or null,"notAfter":milliseconds or null}. Only with
     * "license": {"mode": "host"} in plugin.json. Ask when it matters: a renewal may come any time. */
    sprocket_answer (*license)(const sprocket_host *host);
};

/*
 * What a plugin offers. Only `create` and `destroy` are required; NULL means what is said beside each.
 * `create`, `configure`, `start`, `test`, `stop` and `destroy` run on one thread, never two at once.
 */
typedef struct sprocket_plugin_table {
    uint32_t version; /* SPROCKET_ABI_VERSION that the plugin was compiled with */
    uint32_t size;    /* sizeof(sprocket_plugin_table) that the plugin was compiled with */

    /* How many `invoke` and `call_service` may run at once, 1 to 16; 0 means 1. They run on threads of
     * Sprocket, not always the same, also while `configure`, `stop` or `health` run. */
    uint32_t max_concurrency;
    uint32_t reserved; /* 0 */

    /* Makes the plugin's own state, passed to all other functions. NULL, after `fail`, is a failure.
     * Must be quick and do nothing that can be felt outside. */
    void *(*create)(const sprocket_host *host, sprocket_reply *reply);

    /* Takes new settings while running. Result: null, or {"restart":true} if they take effect only in a
     * new process. NULL: always that. */
    void (*configure)(void *self, sprocket_text config, sprocket_reply *reply);

    /* Begins to work with these settings (JSON, complete, secrets in clear). Within 10 seconds. NULL:
     * there is nothing to begin. */
    void (*start)(void *self, sprocket_text config, sprocket_reply *reply);

    /* Tries these settings and keeps nothing, also without a start. Result: a text for people, or null.
     * NULL: not offered. */
    void (*test)(void *self, sprocket_text config, sprocket_reply *reply);

    /* Runs a command of plugin.json. The account's right was checked. Within 30 seconds. NULL: none. */
    void (*invoke)(void *self, uint64_t call, sprocket_text command, sprocket_text args,
                   sprocket_reply *reply);

    /* Runs a service of plugin.json for another plugin. The right of the account behind it was checked.
     * Within what is left of the 30 seconds of the call that the other plugin works on. NULL: none. */
    void (*call_service)(void *self, uint64_t call, sprocket_text name, sprocket_text args,
                         sprocket_reply *reply);

    /* Succeeds if all is well, else fails with what is wrong. A plugin with "license": {"mode": "vendor"}
     * answers what its own check says: {"license":{"valid":bool,"message":...,"until":milliseconds}},
     * `message` and `until` if there are any; while it is not valid, nobody may use it. Within 2 seconds, on a thread of its own,
     * also beside all others but `create` and `destroy`. NULL: always well. */
    void (*health)(void *self, sprocket_reply *reply);

    /* Ends what `start` began, and makes running calls return soon. Within 5 seconds. Calls that were
     * accepted before may still begin until `destroy`: fail them. NULL: nothing. */
    void (*stop)(void *self, sprocket_reply *reply);

    /* Frees what `create` made. Nothing else runs then, and nothing is called afterwards. */
    void (*destroy)(void *self);
} sprocket_plugin_table;

/* The one symbol that a plugin exports. */
extern SPROCKET_EXPORT const sprocket_plugin_table sprocket_plugin;

#ifdef __cplusplus
}
#endif

#endif
