import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { freePort, type Program, startProgram } from "./program.ts";

/** Where nginx is; undefined when this machine has none. */
export function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, "nginx")).find(isProgram);
}

/** nginx with one worker and one static file, as it is: no log, `sendfile` on, the encoding named in a header. */
export async function startNginx(
  command: string,
  folder: string,
  file: { name: string; bytes: Buffer; encoding: string },
): Promise<Program> {
  const port = await freePort();
  mkdirSync(join(folder, "files"));
  writeFileSync(join(folder, "files", file.name), file.bytes);
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid nginx.pid;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events { worker_connections 1024; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
      types { application/json json; }
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      server {
        listen 127.0.0.1:${port};
        root files;
        add_header Content-Encoding ${file.encoding};
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*";
      }
    }`,
  );
  const args = ["-p", `${folder}/`, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
  return startProgram({ command, args, port, path: `/${file.name}` });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
