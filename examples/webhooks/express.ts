import { toNodeHandler } from 'conversation-store/webhooks'
import express from 'express'
import { handle } from './host.js'

export const app = express()

// Before the parsers: the signature is over the raw bytes, and a parser would have read them.
app.all('/webhook', toNodeHandler(handle))
app.use(express.json())

if (process.env.PORT !== undefined) app.listen(Number(process.env.PORT))
