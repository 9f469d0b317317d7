#define BOOST_TEST_MODULE bankslip
#include <boost/test/unit_test.hpp>
