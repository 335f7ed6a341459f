#include "breakwater/net/offload.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace breakwater {
namespace {

/// Where a piece of work ran, and where its waiter went on.
struct Places {
    std::thread::id worked;
    std::thread::id resumed;
    bool done = false;
};

Task<void> note_places(Offload& offload, Worker& worker, Places& places) {
    co_await offload.run(worker, [&places] { places.worked = std::this_thread::get_id(); });
    places.resumed = std::this_thread::get_id();
    places.done = true;
}

void poll_until(Worker& worker, const bool& done) {
    while (!done) {
        worker.poll();
        std::this_thread::yield();
    }
}

TEST(Offload, WorksElsewhereAndComesBack) {
    Worker worker(1);
    Offload offload;
    Places places;
    worker.start(note_places(offload, worker, places));
    poll_until(worker, places.done);
    EXPECT_NE(places.worked, std::this_thread::get_id());
    EXPECT_EQ(places.resumed, std::this_thread::get_id());
}

TEST(Offload, BringsManyBackWhateverTheirOrder) {
    constexpr int kMany = 200;
    Worker worker(1);
    Offload offload;
    std::vector<Places> places(kMany);
    for (Places& each : places) worker.start(note_places(offload, worker, each));
    for (const Places& each : places) poll_until(worker, each.done);
    EXPECT_EQ(places.back().resumed, std::this_thread::get_id());
}

Task<void> catch_what_is_thrown(Offload& offload, Worker& worker, std::string& caught, bool& done) {
    try {
        co_await offload.run(worker, [] { throw std::runtime_error("too deep"); });
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    done = true;
}

TEST(Offload, ThrowsWhereItIsAwaited) {
    Worker worker(1);
    Offload offload;
    std::string caught;
    bool done = false;
    worker.start(catch_what_is_thrown(offload, worker, caught, done));
    poll_until(worker, done);
    EXPECT_EQ(caught, "too deep");
}

TEST(Offload, WorksInPlaceOnceStopped) {
    Worker worker(1);
    Offload offload;
    offload.stop();
    Places places;
    worker.start(note_places(offload, worker, places));
    EXPECT_TRUE(places.done);
    EXPECT_EQ(places.worked, std::this_thread::get_id());
}

TEST(Offload, FinishesWhatItHasBeforeItStops) {
    Worker worker(1);
    Places places;
    {
        Offload offload;
        worker.start(note_places(offload, worker, places));
        offload.stop();
    }
    poll_until(worker, places.done);
    EXPECT_NE(places.worked, std::thread::id());
}

}  // namespace
}  // namespace breakwater
