import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Puts a compressed copy beside each text, so that nothing is compressed while people wait. */
function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (/\.(js|css|svg|html)$/.test(file)) {
          const bytes = readFileSync(join(folder, file));
          const smaller = gzipSync(bytes, { level: 9 });
          if (smaller.length < bytes.length * 0.9) {
            writeFileSync(join(folder, `${file}.gz`), smaller);
          }
        }
      }
    },
  };
}

const gateway = "http://localhost:7400";

export default defineConfig({
  base: "/console/",
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    // Nothing is inlined: the policy of the page loads from its own origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { "/tributary.": gateway, "/v1": gateway } },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    css: false,
    testTimeout: 60_000,
  },
});
