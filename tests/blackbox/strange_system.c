/* A C library of which a test decides what time it is and what names mean, for LD_PRELOAD: a test cannot change those of
 * the machine. STRANGE_SYSTEM names a file of three numbers of 64 bits: seconds that the wall clock is ahead, seconds
 * that the monotonic clock is ahead, and whether names under flaky.test are unknown now. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t none[3];
static volatile const int64_t *settings = none;

__attribute__((constructor)) static void find_settings(void) {
    const char *path = getenv("STRANGE_SYSTEM");
    const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) settings = at;
    close(fd);
}

/* By the system call: an allocator that looks at the clock may not be entered again from here. */
int clock_gettime(clockid_t clock, struct timespec *time) {
    const int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += settings[0];
    if (result == 0 && clock == CLOCK_MONOTONIC) time->tv_sec += settings[1];
    return result;
}

static int is_under(const char *name, const char *domain) {
    const size_t length = strlen(name), end = strlen(domain);
    return length > end && strcmp(name + length - end, domain) == 0;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (real == NULL)
        real = (int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
    if (name == NULL || !is_under(name, ".test")) return real(name, service, hints, list);
    if (is_under(name, ".gone.test")) return EAI_NONAME;
    if (is_under(name, ".flaky.test") && settings[2] != 0) return EAI_AGAIN;
    if (is_under(name, ".slow.test")) sleep(3);
    return real("127.0.0.1", service, hints, list);
}
