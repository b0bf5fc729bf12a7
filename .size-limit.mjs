const external = {
  name: 'what is opened lazily is not the core',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

export default [
  {
    name: 'core entry, without zod and the adapters',
    path: 'dist/index.js',
    ignore: ['zod'],
    limit: '25 kB',
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', plugins: [...(config.plugins ?? []), external] }),
  },
]
