/* A plugin in plain C: one command, one setting. `{"name": "Ada"}` -> `{"text": "Hello, Ada!"}`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sprocket_plugin.h"

/* A string of JSON as it stands in the text, quotes included, so that nothing needs decoding. */
struct hello {
    const sprocket_host *host;
    char *greeting;
};

static sprocket_text text(const char *string) {
    sprocket_text result = {string, strlen(string)};
    return result;
}

static int is(sprocket_text given, const char *string) {
    return given.len == strlen(string) && memcmp(given.ptr, string, given.len) == 0;
}

/* Skips a string that begins at `at`; returns the place behind its closing quote. */
static size_t skip_string(sprocket_text json, size_t at) {
    for (at++; at < json.len && json.ptr[at] != '"'; at++) {
        if (json.ptr[at] == '\\') at++;
    }
    return at < json.len ? at + 1 : json.len;
}

/* The inside of the string that an object holds under `key`, still escaped; or `otherwise`. Enough for
 * flat objects, which is all that this plugin is given. Freed by the caller. */
static char *member(sprocket_text json, const char *key, const char *otherwise) {
    size_t at = 0;
    while (at < json.len) {
        if (json.ptr[at] != '"') {
            at++;
            continue;
        }
        sprocket_text name = {json.ptr + at + 1, 0};
        size_t end = skip_string(json, at);
        name.len = end > at + 2 ? end - at - 2 : 0;
        for (at = end; at < json.len && strchr(" \t\r\n", json.ptr[at]); at++) {}
        if (at >= json.len || json.ptr[at] != ':') continue;
        for (at++; at < json.len && strchr(" \t\r\n", json.ptr[at]); at++) {}
        if (at < json.len && json.ptr[at] == '"') {
            end = skip_string(json, at);
            if (is(name, key)) {
                char *value = calloc(end - at, 1);
                if (value) memcpy(value, json.ptr + at + 1, end - at - 2);
                return value;
            }
            at = end;
        }
    }
    char *value = malloc(strlen(otherwise) + 1);
    return value ? strcpy(value, otherwise) : NULL;
}

static void *create(const sprocket_host *host, sprocket_reply *reply) {
    struct hello *self = calloc(1, sizeof *self);
    if (!self) {
        host->fail(reply, text("out_of_memory"), text("no memory"));
        return NULL;
    }
    self->host = host;
    return self;
}

static void start(void *state, sprocket_text config, sprocket_reply *reply) {
    struct hello *self = state;
    self->greeting = member(config, "greeting", "Hello");
    if (!self->greeting) {
        self->host->fail(reply, text("out_of_memory"), text("no memory"));
        return;
    }
    self->host->log(self->host, SPROCKET_INFO, text("hello"), text("ready to greet"), text(""));
}

static void invoke(void *state, uint64_t call, sprocket_text command, sprocket_text args,
                   sprocket_reply *reply) {
    struct hello *self = state;
    (void)call;
    if (!is(command, "hello")) {
        self->host->fail(reply, text("unknown_command"), text("this plugin only says hello"));
        return;
    }
    char *name = member(args, "name", "world");
    size_t size = strlen(self->greeting) + (name ? strlen(name) : 0) + sizeof "{\"text\":\", !\"}";
    char *json = malloc(size);
    if (name && json) {
        snprintf(json, size, "{\"text\":\"%s, %s!\"}", self->greeting, name);
        self->host->respond(reply, text(json));
    } else {
        self->host->fail(reply, text("out_of_memory"), text("no memory"));
    }
    free(json);
    free(name);
}

/* Only here, where no call runs any more. */
static void destroy(void *state) {
    struct hello *self = state;
    free(self->greeting);
    free(self);
}

const sprocket_plugin_table sprocket_plugin = {
    .version = SPROCKET_ABI_VERSION,
    .size = sizeof sprocket_plugin,
    .create = create,
    .start = start,
    .invoke = invoke,
    .destroy = destroy,
};
