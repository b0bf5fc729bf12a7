import { toNodeHandler } from 'conversation-store/webhooks'
import { fastify } from 'fastify'
import { handle } from './host.js'

const handleNode = toNodeHandler(handle)

export const app = fastify()

await app.register(async (webhooks) => {
  // In here no parser reads the body: the signature is over the raw bytes.
  webhooks.removeAllContentTypeParsers()
  webhooks.addContentTypeParser('*', (_request, _payload, done) => done(null))
  webhooks.all('/webhook', async (request, reply) => {
    reply.hijack()
    await handleNode(request.raw, reply.raw)
  })
})

if (process.env.PORT !== undefined) await app.listen({ port: Number(process.env.PORT) })
