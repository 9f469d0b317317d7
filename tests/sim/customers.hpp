#pragma once

#include <memory>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>

#include "tests/sim/company.hpp"
#include "tests/sim/oracle.hpp"

namespace bankslip::sim {

/// A client that uploads a file in waves.
struct upload_script {
  std::vector<std::string> blocks;
  std::size_t next = 0;
  /// Goes away after so many blocks.
  std::size_t gives_up_after = 1'000'000;
  upload_claim claim;
  /// Told of the parser, so that it dies with its process.
  std::function<void(const actors::parser_actor&)> parser_opened;
  oracle* judge = nullptr;
};

void upload(caf::event_based_actor* self, actors::front_actor front,
            std::shared_ptr<upload_script> script);

/// A client that posts one debt.
void post(caf::event_based_actor* self, actors::front_actor front, domain::debt d, oracle* judge);

/// A person who presses a button.
void retry(caf::event_based_actor* self, actors::front_actor front, actors::retry_debt request);
void resolve(caf::event_based_actor* self, actors::front_actor front, actors::resolve_debt request);
void stop_mails(caf::event_based_actor* self, actors::front_actor front,
                actors::stop_mails request);

/// Makes files and debts by chance, of few ids, so that they meet.
class file_maker {
public:
  file_maker(dice& chance, int ids) : dice_{chance}, ids_{ids} {}

  domain::debt debt();
  /// A file of `rows` rows; some are bad, some repeat others.
  std::shared_ptr<upload_script> file(int rows);

private:
  dice& dice_;
  int ids_;
};

} // namespace bankslip::sim
