import { createServer } from 'node:http'
import { toNodeHandler } from 'conversation-store/inbox-migrations'
import { handle, store } from './host.js'
import { fillTrial } from './trial.js'

if (process.env.MIGRATION_TRIAL !== undefined) await fillTrial(store)

export const server = createServer(toNodeHandler(handle))

if (process.env.PORT !== undefined) server.listen(Number(process.env.PORT))
