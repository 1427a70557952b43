/* A plugin that shows when it was loaded, and whether it was given some setting. Its constructor runs
 * while the dynamic linker loads it, before anything is asked of it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sprocket_plugin.h"

static const sprocket_host *host;
static char settings[65536];
static size_t settings_len;

__attribute__((constructor)) static void leave_canary(void) {
    int canary = open("canary", O_CREAT | O_WRONLY, 0600);
    if (canary >= 0) {
        close(canary);
    }
}

static sprocket_text text(const char *words) {
    sprocket_text result = {words, strlen(words)};
    return result;
}

static void keep(sprocket_text config) {
    settings_len = config.len < sizeof settings ? config.len : sizeof settings;
    memcpy(settings, config.ptr, settings_len);
}

static void *create(const sprocket_host *given, sprocket_reply *reply) {
    (void)reply;
    host = given;
    return &host;
}

static void take(void *self, sprocket_text config, sprocket_reply *reply) {
    (void)self, (void)reply;
    keep(config);
}

/* `args` is a list of names without escapes, such as ["gate.meet","left.turn"]. */
static void relay(uint64_t call, sprocket_text args, sprocket_reply *reply) {
    const char *end = args.ptr + args.len;
    for (const char *open = memchr(args.ptr, '"', args.len); open; open = memchr(open, '"', (size_t)(end - open))) {
        const char *name = open + 1;
        const char *close = memchr(name, '"', (size_t)(end - name));
        if (!close) {
            return;
        }
        sprocket_text service = {name, (size_t)(close - name)};
        sprocket_answer answer = host->call_service(host, call, service, text("\"meet\""));
        if (answer.ok) {
            host->respond(reply, answer.value);
        } else {
            host->fail(reply, answer.code, answer.value);
        }
        int ok = answer.ok == 1;
        host->release(host, answer);
        if (!ok) {
            return;
        }
        open = close + 1;
    }
}

static void call_service(void *self, uint64_t call, sprocket_text name, sprocket_text args, sprocket_reply *reply) {
    (void)self, (void)call, (void)name;
    host->respond(reply, args);
}

static void invoke(void *self, uint64_t call, sprocket_text command, sprocket_text args, sprocket_reply *reply) {
    (void)self;
    if (command.len == strlen("relay") && memcmp(command.ptr, "relay", command.len) == 0) {
        relay(call, args, reply);
        return;
    }
    int known = memmem(settings, settings_len, args.ptr, args.len) != NULL;
    host->respond(reply, text(known ? "true" : "false"));
}

static void destroy(void *self) { (void)self; }

SPROCKET_EXPORT const sprocket_plugin_table sprocket_plugin = {
    .version = SPROCKET_ABI_VERSION,
    .size = sizeof(sprocket_plugin_table),
    .create = create,
    .configure = take,
    .start = take,
    .invoke = invoke,
    .call_service = call_service,
    .destroy = destroy,
};
