#include "breakwater/gateway/log_sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <map>
#include <sstream>
#include <vector>

namespace breakwater {
namespace {

/// What several threads wrote, each in order and in one piece.
void expect_all_lines(const std::string& log, std::size_t threads, std::size_t lines) {
    std::map<std::size_t, std::size_t> next;
    std::istringstream stream(log);
    for (std::string line; std::getline(stream, line);) {
        std::size_t thread = 0;
        std::size_t number = 0;
        std::string rest;
        ASSERT_TRUE(std::istringstream(line) >> thread >> number >> rest) << line;
        ASSERT_EQ(rest, std::string(300, 'x'));
        ASSERT_EQ(number, next[thread]++);
    }
    ASSERT_EQ(next.size(), threads);
    for (const auto& [thread, count] : next) EXPECT_EQ(count, lines) << thread;
}

void write_from_threads(LogSink& sink, std::size_t threads, std::size_t lines) {
    std::vector<std::thread> writers;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        writers.emplace_back([&lane = sink.open_lane(), thread, lines] {
            for (std::size_t i = 0; i < lines; ++i) {
                lane.line([&](std::string& out) {
                    out += std::to_string(thread) + ' ' + std::to_string(i) + ' ' + std::string(300, 'x');
                });
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
}

std::string read_all(int fd) {
    std::string all;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
        all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
}

TEST(LogSink, LosesNothingOnTheWayToAFile) {
    std::string path = testing::TempDir() + "log_sink_XXXXXX";
    const int fd = ::mkstemp(path.data());
    ASSERT_GE(fd, 0);
    {
        LogSink sink(fd);
        write_from_threads(sink, 4, 2000);
        EXPECT_EQ(sink.dropped(), 0u);
    }
    ::lseek(fd, 0, SEEK_SET);
    expect_all_lines(read_all(fd), 4, 2000);
    ::close(fd);
    ::unlink(path.c_str());
}

TEST(LogSink, LosesNothingOnTheWayThroughAPipe) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    std::string log;
    std::thread reader([&] { log = read_all(ends[0]); });
    {
        LogSink sink(ends[1]);
        write_from_threads(sink, 3, 1000);
    }
    ::close(ends[1]);
    reader.join();
    expect_all_lines(log, 3, 1000);
    ::close(ends[0]);
}

TEST(LogSink, WritesSoonWithoutBeingAsked) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    LogSink sink(ends[1]);
    sink.open_lane().write("hello");
    std::array<char, 100> text{};
    ASSERT_EQ(::read(ends[0], text.data(), text.size()), 6);  // waits
    EXPECT_STREQ(text.data(), "hello\n");
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(LogSink, AStuckReaderCostsLinesAndNotTheProcess) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const auto began = std::chrono::steady_clock::now();
    {
        LogSink sink(ends[1]);
        LogSink::Lane& lane = sink.open_lane();
        sink.open_lane().write("of another lane");
        const std::string line(1 << 20, 'x');
        for (int i = 0; i < 20; ++i) lane.write(line);
        // One batch may be with the writer thread, and the pipe is full; the rest does not fit.
        EXPECT_GE(sink.dropped(), 20u - 2 * LogSink::kPendingMax / line.size() - 1);
        EXPECT_LT(sink.dropped(), 20u);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(IsoStamp, SaysTheMillisecond) {
    using namespace std::chrono_literals;
    EXPECT_EQ(iso_stamp(WallTime(1'700'000'000'000ms)), "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(iso_stamp(WallTime(1'700'000'000'987ms)), "2023-11-14T22:13:20.987Z");
    EXPECT_EQ(iso_stamp(WallTime(1'700'000'001'012ms)), "2023-11-14T22:13:21.012Z");
}

}  // namespace
}  // namespace breakwater
