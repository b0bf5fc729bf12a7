import { type ConversationStore, createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { postgres } from 'conversation-store/postgres'
import { createWebhookHandler, messenger, toNodeHandler } from 'conversation-store/webhooks'
import express, { type Express } from 'express'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { poolConfig } from '../../postgres/database.js'
import { appSecret } from '../messenger-bodies.js'
import type { RouteDatabase } from '../serve.js'

export function oursOnPostgres(options: { readonly coalesce: boolean }) {
  return async ({ url, schema, connections }: RouteDatabase): Promise<Express> => {
    const pool = new Pool(poolConfig(url, schema, connections))
    return routeOver(createConversationStore({ adapter: postgres({ pool, schema, ...options }) }))
  }
}

export function oursOnMongo(options: { readonly coalesce: boolean }) {
  return async ({ url, connections }: RouteDatabase): Promise<Express> => {
    const client = await new MongoClient(url, { maxPoolSize: connections }).connect()
    return routeOver(createConversationStore({ adapter: mongo({ client, db: client.db(), ...options }) }))
  }
}

function routeOver(store: ConversationStore): Express {
  const app = express()
  app.all('/webhook', toNodeHandler(createWebhookHandler({ store, channel: messenger, secrets: appSecret })))
  return app
}
