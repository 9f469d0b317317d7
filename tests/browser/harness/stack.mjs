// A database, topics and a consumer group of the test's own on the private stack.
import path from 'node:path';
import { local, run } from './tools.mjs';

const kafka = `127.0.0.1:${process.env.STACK_KAFKA_PORT ?? 19092}`;
const postgres = {
  PGHOST: '127.0.0.1',
  PGPORT: process.env.STACK_POSTGRES_PORT ?? '15432',
  PGUSER: 'admin',
  PGPASSWORD: 'changethis',
};

async function psql(database, statements) {
  const { stdout } = await run('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', statements], {
    env: { PATH: process.env.PATH, ...postgres, PGDATABASE: database },
  });
  return stdout.trim();
}

export async function ownStack() {
  const name = `page_${process.pid}_${Date.now()}`;
  await psql('postgres', `create database ${name}`);
  return {
    /** What a server needs to work on it. */
    variables: {
      POSTGRES_SERVER: postgres.PGHOST,
      POSTGRES_PORT: postgres.PGPORT,
      POSTGRES_DB: name,
      KAFKA_BOOTSTRAP_SERVERS: kafka,
      BANKSLIP_TOPIC: name,
      BANKSLIP_DLQ_TOPIC: `${name}.dlq`,
      KAFKA_GROUP_ID: name,
    },
    /** Runs statements; the output of psql, columns separated by `|`. */
    sql: statements => psql(name, statements),
    async drop() {
      await psql('postgres', `drop database ${name} with (force)`);
      await run(path.join(local, 'venv/bin/python'), [
        new URL('drop_topics.py', import.meta.url).pathname, kafka, name, `${name}.dlq`,
      ]);
    },
  };
}
