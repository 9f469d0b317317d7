// What nearly every test includes: parsed once.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <httplib.h>
#include <rapidcheck.h>

#include "actors/protocol.hpp"
#include "tests/support/print.hpp"
