export type { MongoClientLike, MongoCollection, MongoCursor, MongoDb, MongoSession } from './driver.js'
export { type MongoOptions, mongo } from './mongo.js'
