"""Drops topics: drop_topics.py BROKER TOPIC…"""
import asyncio
import sys

from aiokafka.admin import AIOKafkaAdminClient


async def main(broker, *topics):
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    try:
        await admin.delete_topics(list(topics))
    finally:
        await admin.close()


asyncio.run(main(*sys.argv[1:]))
