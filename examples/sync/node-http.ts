import { createServer } from 'node:http'
import { toNodeHandler } from 'conversation-store/sync'
import { handle } from './host.js'

const answer = toNodeHandler(handle)

export const server = createServer((request, response) => {
  if (request.url === '/api/conversations/sync-fixed') void answer(request, response)
  else response.writeHead(404).end()
})

if (process.env.PORT !== undefined) server.listen(Number(process.env.PORT))
