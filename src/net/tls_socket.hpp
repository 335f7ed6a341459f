#pragma once

#include "breakwater/net/descriptor.hpp"

struct bio_st;

namespace breakwater {

/// A socket as OpenSSL reads and writes it, made by Stream for each of its connections. OpenSSL's own does the
/// same, but keeps to itself that a read has taken all there was: then the descriptor is known to be drained, and
/// nobody has to ask the kernel for more before waiting.
///
/// Borrows the descriptor, which outlives it and stays where it is; does not close it. Of the worker's thread. Null
/// when OpenSSL has no memory.
bio_st* make_tls_socket(Descriptor& descriptor);

}  // namespace breakwater
