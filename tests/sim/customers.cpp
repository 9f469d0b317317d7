#include "tests/sim/customers.hpp"

#include <utility>

#include "domain/money.hpp"

namespace bankslip::sim {

using namespace std::chrono_literals;

namespace {

void push_next(caf::event_based_actor* self, const actors::parser_actor& parser,
               std::shared_ptr<upload_script> s) {
  if (s->next >= s->gives_up_after) {
    self->send(parser, actors::abort_upload{"the client went away"});
    return;
  }
  if (s->next < s->blocks.size()) {
    auto block = std::make_shared<const std::string>(s->blocks[s->next++]);
    self->request(parser, 30s, actors::upload_block{block})
        .then([=](actors::block_accepted) { push_next(self, parser, s); },
              [=](caf::error&) {
                self->send(parser, actors::abort_upload{"the client lost patience"});
              });
    return;
  }
  self->request(parser, 30s, actors::finish_upload{})
      .then(
          [=](const actors::upload_report& report) {
            s->claim.accepted = true;
            s->claim.accepted_rows = report.accepted;
            s->judge->upload_accepted(s->claim);
          },
          [=](caf::error&) {
            self->send(parser, actors::abort_upload{"the client lost patience"});
          });
}

std::string csv_line(const domain::debt& d, bool bad) {
  return d.name + "," + d.government_id + "," + (bad ? "nobody" : d.email) + ","
         + domain::format_decimal(d.amount) + "," + domain::format_date(d.due_date) + ","
         + d.debt_id + "\n";
}

} // namespace

void upload(caf::event_based_actor* self, actors::front_actor front,
            std::shared_ptr<upload_script> s) {
  self->request(front, 20s, actors::open_upload{})
      .then(
          [=](const actors::upload_opened& opened) {
            s->claim.upload_id = opened.upload_id;
            s->parser_opened(opened.parser);
            push_next(self, opened.parser, s);
          },
          [](caf::error&) {});
}

void post(caf::event_based_actor* self, actors::front_actor front, domain::debt d, oracle* judge) {
  auto id = d.debt_id;
  self->request(front, 20s, actors::create_debt{std::move(d)})
      .then([=](const actors::debt_created&) { judge->debt_created(id); }, [](caf::error&) {});
}

void retry(caf::event_based_actor* self, actors::front_actor front, actors::retry_debt request) {
  self->request(front, 20s, std::move(request))
      .then([](actors::debt_revived) {}, [](caf::error&) {});
}

void resolve(caf::event_based_actor* self, actors::front_actor front,
             actors::resolve_debt request) {
  self->request(front, 20s, std::move(request))
      .then([](actors::debt_revived) {}, [](caf::error&) {});
}

void stop_mails(caf::event_based_actor* self, actors::front_actor front,
                actors::stop_mails request) {
  self->request(front, 20s, request).then([](actors::upload_found) {}, [](caf::error&) {});
}

domain::debt file_maker::debt() {
  auto id = "d" + std::to_string(dice_.below(static_cast<std::uint64_t>(ids_)));
  domain::debt d{id,
                 "Maria",
                 "00123456789",
                 id + "@example.com",
                 domain::money{1250},
                 *domain::parse_date("2026-12-21")};
  if (dice_.chance(1'000))
    d.amount.cents = 990;
  return d;
}

std::shared_ptr<upload_script> file_maker::file(int rows) {
  auto s = std::make_shared<upload_script>();
  std::string text = "name,governmentId,email,debtAmount,debtDueDate,debtId\n";
  for (int row = 0; row < rows; ++row) {
    auto d = debt();
    auto bad = dice_.chance(700);
    text += csv_line(d, bad);
    if (!bad)
      s->claim.rows.emplace(row, d.debt_id);
    if (dice_.chance(2'500))
      s->blocks.push_back(std::exchange(text, {}));
  }
  if (!text.empty())
    s->blocks.push_back(std::move(text));
  if (dice_.chance(1'000))
    s->gives_up_after = dice_.below(s->blocks.size() + 1);
  return s;
}

} // namespace bankslip::sim
