"""Prints key and value of the records of a topic as aiokafka reads them.

usage: read_by_aiokafka.py BROKERS TOPIC COUNT. The exit status is 1 where a
record cannot be read; the reason stands on standard output.
"""
import asyncio
import logging
import sys

import aiokafka


async def main(brokers: str, topic: str, count: int) -> int:
    consumer = aiokafka.AIOKafkaConsumer(
        topic, bootstrap_servers=brokers, group_id=topic + ".python",
        auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        for _ in range(count):
            record = await asyncio.wait_for(consumer.getone(), 30)
            print(record.key.decode(), record.value.decode())
        return 0
    except Exception as error:  # whatever it is, the test shows it
        print(f"{type(error).__name__}: {error}")
        return 1
    finally:
        await consumer.stop()


# It logs to standard error that a group's coordinator is not there yet, and asks again.
logging.disable()
sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
