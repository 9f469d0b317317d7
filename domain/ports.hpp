#pragma once

#include "domain/access_store.hpp"
#include "domain/dead_letter_log.hpp"
#include "domain/debt_store.hpp"
#include "domain/error.hpp"
#include "domain/record_ports.hpp"
#include "domain/retention_store.hpp"
#include "domain/service_ports.hpp"
#include "domain/settlement_store.hpp"
#include "domain/webhook_ports.hpp"

/// The ports: what the business needs of the world outside. Every port object
/// belongs to one thread at a time; none calls back from a thread of its own.
/// Failures are values (`errc`); an implementation never throws out of a port.
namespace bankslip::domain {}
