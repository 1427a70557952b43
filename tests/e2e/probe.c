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

static void invoke(void *self, uint64_t call, sprocket_text command, sprocket_text args, sprocket_reply *reply) {
    (void)self, (void)call, (void)command;
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
    .destroy = destroy,
};
