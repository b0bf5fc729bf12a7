/**
 * The part of the driver that we call. The types are structural, so that the host's own copy of version 6 or 7 fits and
 * we never load one of ours. They declare methods and not function properties, because only a method's parameters
 * compare in both directions, which the driver's generics need.
 */
export type Doc = Record<string, unknown>

export interface MongoCursor {
  toArray(): Promise<Doc[]>
}

export interface MongoCollection {
  find(filter: Doc, options?: object): MongoCursor
  findOne(filter: Doc, options?: object): Promise<Doc | null>
  aggregate(pipeline: Doc[], options?: object): MongoCursor
  countDocuments(filter: Doc, options?: object): Promise<number>
  findOneAndUpdate(filter: Doc, update: Doc | Doc[], options?: object): Promise<Doc | null>
  updateOne(
    filter: Doc,
    update: Doc | Doc[],
    options?: object,
  ): Promise<{ matchedCount: number; modifiedCount: number; upsertedCount: number }>
  updateMany(filter: Doc, update: Doc | Doc[], options?: object): Promise<{ matchedCount: number }>
  deleteOne(filter: Doc, options?: object): Promise<{ deletedCount: number }>
  deleteMany(filter: Doc, options?: object): Promise<{ readonly deletedCount: number }>
  insertOne(document: Doc, options?: object): Promise<unknown>
  insertMany(documents: readonly Doc[], options?: object): Promise<unknown>
  bulkWrite(operations: readonly object[], options?: object): Promise<unknown>
  createIndexes(specifications: object[], options?: object): Promise<unknown>
  listIndexes(options?: object): MongoCursor
}

/** The part of a collection that operations use. */
export type MongoRows = Omit<MongoCollection, 'createIndexes' | 'listIndexes'>

export interface MongoDb {
  readonly databaseName?: string
  collection(name: string, options?: object): MongoCollection
  command(command: Doc, options?: object): Promise<Doc>
  createCollection(name: string, options?: object): Promise<unknown>
  listCollections(filter?: Doc, options?: object): { toArray(): Promise<object[]> }
}

/** A session of the driver. */
export interface MongoSession {
  /** How commands name it. */
  readonly id?: { readonly id: unknown } | undefined
  inTransaction(): boolean
  startTransaction(options?: object): void
  commitTransaction(options?: object): Promise<unknown>
  abortTransaction(options?: object): Promise<unknown>
  endSession(options?: object): Promise<unknown>
}

/** A client of the driver. */
export interface MongoClientLike {
  db(name?: string, options?: object): MongoDb
  startSession(options?: object): MongoSession
}
