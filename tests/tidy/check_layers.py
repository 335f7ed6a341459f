#!/usr/bin/env python3
"""Checks the direction of includes and where third-party libraries may be used.

usage: check_layers.py SOURCE_DIR
       check_layers.py --self-test

A layer's direct dependencies are read from src/CMakeLists.txt (or from the file of a folder that it adds), so that there is one
list of them. All layers share one include root, so the compiler alone would let any file include any header.
"""

import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
LAYER = re.compile(r'breakwater_layer\(\s*(\w+)((?:\s+[\w:.]+)*)\s*\)')

# Networking, TLS and logging start at these layers.
IO_LAYERS = {"exchange", "net", "gateway", "bench", "app"}
IO_LIBRARIES = ("boost/asio", "boost/beast", "openssl/", "spdlog/")
# Digests and signatures are mathematics: requests to AWS are signed with them, service accounts prove themselves with them, and so do
# both sides of a WebSocket handshake.
PURE_EXCEPTIONS = {("wire", "openssl/evp.h")} | {
    ("providers_bedrock", header) for header in ("openssl/sha.h", "openssl/evp.h", "openssl/hmac.h")
} | {
    ("credentials", header) for header in ("openssl/bio.h", "openssl/err.h", "openssl/evp.h", "openssl/pem.h")
}

# Asio and Beast cost seconds per translation unit, so few sources include them: the separately compiled implementations and the
# places that use them. A new name here is a decision about build times, not a formality.
TEMPLATE_LIBRARIES = ("boost/asio", "boost/beast")
TEMPLATE_HEADERS_ALLOWED = set()
TEMPLATE_SOURCES_ALLOWED = {
    "src/net/boost_impl.cpp",
    "src/net/http_head.cpp",
}


def without_comments(cmake_text):
    return re.sub(r"#[^\n]*", "", cmake_text)


def direct_dependencies(root):
    """Layer name -> names of the layers that it links."""
    text = without_comments((root / "src" / "CMakeLists.txt").read_text())
    found = {}
    for name, rest in LAYER.findall(text):
        target = None
        found[name] = set()
        for word in rest.split():
            if word in ("DEPENDS", "LINKS", "PRIVATE_LINKS"):
                target = word
            elif target == "DEPENDS":
                found[name].add(word)
    # A layer that is built in steps of its own has its folder's file, and links layers by their target names.
    for name in re.findall(r"add_subdirectory\(\s*(\w+)\s*\)", text):
        linked = re.findall(r"\bbreakwater_(\w+)", without_comments((root / "src" / name / "CMakeLists.txt").read_text()))
        found[name] = {layer for layer in linked if layer in found}
    return found


def closure(direct, name):
    seen, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(direct.get(current, ()))
    return seen


def layer_of(path):
    """'src/providers/openai/x.cpp' -> 'providers_openai'; 'include/breakwater/wire/x.hpp' -> 'wire'."""
    parts = path.parts
    if parts[0] == "src":
        if len(parts) > 3 and parts[1] in ("providers", "ingress"):
            return f"{parts[1]}_{parts[2]}"
        return parts[1] if len(parts) > 2 else None
    return parts[2] if len(parts) > 3 else None


def family(layer):
    """The public headers of all providers are in one folder, so a folder of providers may use those of `providers`."""
    return layer.split("_")[0] if layer.startswith(("providers_", "ingress_")) else layer


def included_layer(root, path, quote, target):
    """The layer that an include leads to, or None for third-party and standard headers."""
    if target.startswith("breakwater/"):
        return layer_of(pathlib.PurePath("include") / target)
    if quote == "<":
        return None
    for base in (path.parent, pathlib.PurePath("src")):
        candidate = pathlib.PurePath(*_normalised((base / target).parts))
        if (root / candidate).is_file() and candidate.parts and candidate.parts[0] in ("src", "include"):
            return layer_of(candidate)
    return None


def _normalised(parts):
    result = []
    for part in parts:
        if part == ".." and result:
            result.pop()
        elif part not in (".", ".."):
            result.append(part)
    return result


def check_direction(path, layer, target, to, allowed):
    if to is None or to in allowed:
        return None
    # include/breakwater/providers holds the interface that all provider folders implement, likewise for ingress.
    is_public = target.startswith("breakwater/")
    if is_public and (to == family(layer) or any(family(name) == to for name in allowed)):
        return None
    return f'{path}: layer {layer} must not include "{target}" of layer {to}'


def check_libraries(path, layer, target):
    problems = []
    if target.startswith(IO_LIBRARIES) and layer not in IO_LAYERS and (layer, target) not in PURE_EXCEPTIONS:
        problems.append(f"{path}: layer {layer} is pure and must not include <{target}>")
    if target.startswith(TEMPLATE_LIBRARIES):
        allowed = TEMPLATE_SOURCES_ALLOWED if path.suffix == ".cpp" else TEMPLATE_HEADERS_ALLOWED
        if path.as_posix() not in allowed:
            problems.append(
                f"{path}: <{target}> may be included only by "
                f"{', '.join(sorted(TEMPLATE_SOURCES_ALLOWED | TEMPLATE_HEADERS_ALLOWED))}"
            )
    return problems


def check_tree(root):
    direct = direct_dependencies(root)
    # The application is an executable and no layer of the build; it may use everything.
    direct["app"] = set(direct)
    problems = []
    files = [f for folder in ("src", "include") for f in (root / folder).rglob("*") if f.suffix in (".hpp", ".cpp", ".h")]
    for file in sorted(files):
        path = pathlib.PurePath(file.relative_to(root).as_posix())
        layer = layer_of(path)
        if layer is None or layer not in direct:
            problems.append(f"{path}: belongs to no layer of src/CMakeLists.txt")
            continue
        allowed = closure(direct, layer)
        for quote, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            problem = check_direction(path, layer, target, included_layer(root, path, quote, target), allowed)
            problems += [problem] if problem else []
            problems += check_libraries(path, layer, target)
    return problems, len(files)


CMAKE_FOR_TEST = """
breakwater_layer(base LINKS Threads::Threads)
breakwater_layer(wire DEPENDS base LINKS dep_simdjson)
add_subdirectory(catalog)  # in steps
breakwater_layer(config DEPENDS catalog PRIVATE_LINKS OpenSSL::Crypto)
# breakwater_layer(base DEPENDS exchange)
breakwater_layer(providers_shared DEPENDS wire config)
breakwater_layer(providers_a DEPENDS providers_shared)
breakwater_layer(providers_b DEPENDS providers_shared)
breakwater_layer(providers DEPENDS providers_a
  providers_b)
breakwater_layer(exchange DEPENDS providers LINKS dep_boost)
breakwater_layer(net DEPENDS exchange)
"""

FINE = {
    "include/breakwater/base/error.hpp": "#include <string>\n",
    "include/breakwater/wire/json.hpp": '#include "breakwater/base/error.hpp"\n#include <simdjson.h>\n',
    "src/catalog/CMakeLists.txt": "target_link_libraries(breakwater_catalog_reader PUBLIC breakwater_base dep_yaml)\n",
    "src/catalog/model.cpp": '#include "breakwater/base/error.hpp"\n',
    "include/breakwater/providers/a.hpp": '#include "breakwater/wire/json.hpp"\n',
    "src/wire/json.cpp": '#include "breakwater/wire/json.hpp"\n#include "private.hpp"\n',
    "src/wire/private.hpp": "",
    "src/wire/digest.cpp": "#include <openssl/evp.h>\n",
    "src/providers/shared/errors.hpp": '#include "breakwater/config/config.hpp"\n',
    "src/providers/a/a.cpp": '#include "breakwater/providers/a.hpp"\n#include "providers/shared/errors.hpp"\n',
    "src/providers/b/module.hpp": "",
    "src/providers/b/b.cpp": '#include "breakwater/providers/a.hpp"\n#include "../shared/errors.hpp"\n',
    "src/providers/registry.cpp": '#include "a/a.cpp"\n#include "b/module.hpp"\n',
    "src/net/boost_impl.cpp": "#include <boost/asio/impl/src.hpp>\n",
    "src/app/main.cpp": '#include "breakwater/providers/a.hpp"\n#include <spdlog/spdlog.h>\n',
}

# Each of these, added to the fine tree, must be found.
WRONG = {
    "an upward include": ("src/base/a.cpp", '#include "breakwater/wire/json.hpp"\n'),
    "a sideways include": ("src/wire/b.cpp", '#include "breakwater/config/config.hpp"\n'),
    "a folder with its own build file": ("src/catalog/x.cpp", '#include "breakwater/wire/json.hpp"\n'),
    "an upward include by path": ("src/base/a.cpp", '#include "wire/private.hpp"\n'),
    "an upward relative include": ("src/base/a.cpp", '#include "../wire/private.hpp"\n'),
    "an include with spaces": ("src/base/a.cpp", '  #  include   "breakwater/wire/json.hpp"\n'),
    "an upward include in angle brackets": ("src/base/a.cpp", "#include <breakwater/wire/json.hpp>\n"),
    "a public header upwards": ("include/breakwater/base/b.hpp", '#include "breakwater/wire/json.hpp"\n'),
    "a provider in a provider": ("src/providers/a/x.cpp", '#include "providers/b/module.hpp"\n'),
    "a provider in the shared folder": ("src/providers/shared/x.cpp", '#include "../b/module.hpp"\n'),
    "a lower layer that knows providers": ("src/wire/x.cpp", '#include "breakwater/providers/a.hpp"\n'),
    "sockets in a pure layer": ("src/wire/x.cpp", "#include <boost/asio.hpp>\n"),
    "TLS in a pure layer": ("src/wire/x.cpp", "#include <openssl/ssl.h>\n"),
    "TLS in the configuration": ("src/config/x.cpp", "#include <openssl/ssl.h>\n"),
    "logging in a pure layer": ("src/providers/a/x.cpp", "#include <spdlog/spdlog.h>\n"),
    "another source with Asio": ("src/net/other.cpp", "#include <boost/asio/ip/tcp.hpp>\n"),
    "another header with Beast": ("include/breakwater/net/x.hpp", "#include <boost/beast/http.hpp>\n"),
    "a folder without a layer": ("src/unknown/x.cpp", ""),
}


def check_texts(texts):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {"src/CMakeLists.txt": CMAKE_FOR_TEST, **texts}.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return check_tree(root)[0]


def self_test():
    failures = [f"the fine tree has problems: {problem}" for problem in check_texts(FINE)]
    for what, (name, text) in WRONG.items():
        found = check_texts({**FINE, name: text})
        if len(found) == 0 or not all(name in problem for problem in found):
            failures.append(f"{what} was not found: {found}")
    return failures


def main(arguments):
    # A checker that has gone blind passes everything, so every run proves first that it still sees.
    problems = self_test()
    summary = f"self-test: {len(WRONG)} wrong includes found"
    if not problems and arguments != ["--self-test"]:
        if len(arguments) != 1:
            print(__doc__, file=sys.stderr)
            return 2
        problems, count = check_tree(pathlib.Path(arguments[0]))
        summary = f"{count} files: every include goes down"
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(summary)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
