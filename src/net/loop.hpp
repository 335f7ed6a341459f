#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "breakwater/net/worker.hpp"

namespace breakwater {

/// The Asio side of a worker. Included by worker.cpp and descriptor.cpp alone.
struct Worker::Loop {
    boost::asio::io_context ioc{1};  // one thread: Asio leaves its locks out
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>
        timer{ioc};
    TimePoint timer_set_for = TimePoint::max();
};

}  // namespace breakwater
