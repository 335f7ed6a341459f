#include "breakwater/net/offload.hpp"

#include <pthread.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace breakwater {

namespace {

/// Large bodies are few. Two threads, so that one of a hundred megabytes does not hold up the next one.
constexpr std::size_t kThreads = 2;

}  // namespace

struct Offload::Pool {
    /// False when the system gives no thread at all; then the next one to come tries again.
    bool start() noexcept {
        for (std::thread& thread : threads) {
            if (thread.joinable()) continue;
            try {
                thread = std::thread([this] { serve(); });
                ::pthread_setname_np(thread.native_handle(), "offload");
            } catch (const std::system_error&) {
                break;
            }
        }
        return threads.front().joinable();
    }

    void serve() {
        while (true) {
            Job* job = nullptr;
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [this] { return stopped || !waiting.empty(); });
                if (waiting.empty()) return;
                job = waiting.front();
                waiting.pop_front();
            }
            job->execute();
        }
    }

    std::mutex mutex;  // of what follows
    std::condition_variable changed;
    std::deque<Job*> waiting;
    std::array<std::thread, kThreads> threads;
    bool stopped = false;
};

Offload::Offload() : pool_(std::make_unique<Pool>()) {}

Offload::~Offload() {
    stop();
}

bool Offload::submit(Job& job) {
    {
        const std::lock_guard lock(pool_->mutex);
        if (pool_->stopped || !pool_->start()) return false;
        pool_->waiting.push_back(&job);
    }
    pool_->changed.notify_one();
    return true;
}

void Offload::stop() noexcept {
    {
        const std::lock_guard lock(pool_->mutex);
        pool_->stopped = true;
    }
    pool_->changed.notify_all();
    for (std::thread& thread : pool_->threads) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace breakwater
