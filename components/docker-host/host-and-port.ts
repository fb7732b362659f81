/** Address and port as URLs and compose files write them: an IPv6 address stands in brackets. */
export function hostAndPort(ip: string, port: string | number): string {
  return `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
}
