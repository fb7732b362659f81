import { linesOf } from "../../../components/docker-host/answers";
import { isAlarming, readable, redact } from "../../../components/docker-host/text";
import { frame } from "./docker-log";

test.each([
  ['{"password":"geheim","user":"einstein"}', '{"password":[hidden],"user":"einstein"}'],
  ["IDM_ADMIN_PASSWORD=geheim next", "IDM_ADMIN_PASSWORD=[hidden] next"],
  [" password   : geheim", " password   : [hidden]"],
  ['"jwt_secret": "geheim x"', '"jwt_secret": [hidden]'],
  ["X-API-KEY: geheim", "X-API-KEY: [hidden]"],
  ["Authorization: Bearer geheim123", "Authorization: [hidden] [hidden]"],
  ["sent bearer geheim123", "sent bearer [hidden]"],
  ["token eyJhbGciOi.eyJzdWIi.c2ln was refused", "token [hidden] was refused"],
  ["GET /cb?code=geheim&x=1", "GET /cb?code=[hidden]&x=1"],
  ["https://user:geheim@host/", "https://[hidden]@host/"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["exit code: 1, status_code=502", "exit code: 1, status_code=502"],
  ["Failed to load CSP configuration", "Failed to load CSP configuration"],
])("redacts %j", (line, shown) => {
  expect(redact(line)).toBe(shown);
});

test.each([
  [
    '{"level":"error","service":"proxy","error":"no such host","time":"now","message":"get information failed"}',
    "proxy: get information failed: no such host",
    true,
  ],
  ['{"level":"warn","message":"core access token not set"}', "core access token not set", false],
  ['{"level":"fatal","error":"[1:11]\\n> a: password=geheim"}', "[1:11] > a: password=[hidden]", true],
  ["2026/11/24 permission denied", "2026/11/24 permission denied", true],
  ['{"level":"info"}', '{"level":"info"}', false],
  ["x".repeat(400), `${"x".repeat(300)}…`, true],
])("reads %j", (line, shown, alarming) => {
  expect(readable(line)).toBe(shown);
  expect(isAlarming(line)).toBe(alarming);
});

test("a log in one piece is split at Docker's frames, or at lines for a terminal's", () => {
  expect(linesOf(Buffer.concat([frame("one\ntw"), frame("o\n"), frame("three\n")]))).toEqual([
    "one",
    "two",
    "three",
  ]);
  expect(linesOf(Buffer.from("one\ntwo\n"))).toEqual(["one", "two"]);
});
