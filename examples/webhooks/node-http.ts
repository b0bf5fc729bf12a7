import { createServer } from 'node:http'
import { toNodeHandler } from 'conversation-store/webhooks'
import { handle } from './host.js'

export const server = createServer(toNodeHandler(handle))

if (process.env.PORT !== undefined) server.listen(Number(process.env.PORT))
