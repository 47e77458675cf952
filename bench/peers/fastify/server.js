// fastify + kafkajs: answers when every event of the request is acknowledged; keys by aggregate id (kafkajs' own
// partitioner is Java's murmur2). kafkajs has no linger, so events are collected for 5 ms, or until there are 2,000.
import Fastify from 'fastify';
import { CompressionTypes, Kafka, Partitioners, logLevel } from 'kafkajs';

const lingerMs = 5;
const collectedMax = 2000;
const topic = process.env.TOPIC;
const kafka = new Kafka({ brokers: [process.env.KAFKA], clientId: 'peer', logLevel: logLevel.ERROR });
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 5,
  createPartitioner: Partitioners.DefaultPartitioner,
});

let collected = [];
let waiting = [];
let timer = null;

function flush() {
  clearTimeout(timer);
  timer = null;
  const messages = collected;
  const requests = waiting;
  collected = [];
  waiting = [];
  producer.send({ topic, acks: -1, compression: CompressionTypes.None, messages }).then(
    () => requests.forEach((r) => r.resolve()),
    (error) => requests.forEach((r) => r.reject(error)),
  );
}

function send(messages) {
  return new Promise((resolve, reject) => {
    for (const m of messages) collected.push(m);
    waiting.push({ resolve, reject });
    if (collected.length >= collectedMax) flush();
    else timer ??= setTimeout(flush, lingerMs);
  });
}

const app = Fastify({ bodyLimit: 16 << 20 });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

app.post('/events', async (request, reply) => {
  let messages;
  try {
    messages = request.body
      .split('\n')
      .filter((line) => line.length > 0)
      .map((line) => ({ key: JSON.parse(line).aggregateId, value: line }));
  } catch (error) {
    return reply.code(400).send({ error: error.message });
  }
  try {
    await send(messages);
  } catch (error) {
    return reply.code(502).send({ error: error.message });
  }
  return { persisted: messages.length };
});

await producer.connect();
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
console.error('ready');
