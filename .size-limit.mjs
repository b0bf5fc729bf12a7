export default [
  {
    name: 'core entry, without zod and the adapters',
    path: 'dist/index.js',
    ignore: ['zod'],
    limit: '25 kB',
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node' }),
  },
]
