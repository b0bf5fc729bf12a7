import { Hono } from 'hono'
import { handle } from './host.js'

export const app = new Hono()

app.all('/webhook', (context) => handle(context.req.raw))
