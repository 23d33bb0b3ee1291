// Runs in every document before its own scripts, and speeds its timers up. Tells the auditor, through a function that only exists in an audited browser,
// what leaves no trace in the protocol: who wrote a cookie, what the policy stopped, beacons sent while leaving.
(() => {
  const send = self.parvisAudit;
  if (!send || self.parvisAuditDone) return;
  Object.defineProperty(self, "parvisAuditDone", { value: true });
  const tell = (kind, data) => {
    try {
      send(JSON.stringify({ kind, url: String(location.href), at: Date.now() / 1000, ...data }));
    } catch {
      // The document is going away.
    }
  };
  const stack = () => String(new Error().stack).split("\n").slice(3, 8).map((line) => line.trim());
  const wrap = (owner, name, before) => {
    const original = owner && owner[name];
    if (typeof original !== "function") return;
    owner[name] = function (...args) {
      before(...args);
      return original.apply(this, args);
    };
  };

  // Twenty seconds of the page pass in one: what is done late is seen soon. The order of timers stays.
  const SPEED = 20;
  const { setTimeout, setInterval, Promise } = self;
  const hasten = (delay) => (delay > 0 ? delay / SPEED : delay);
  self.setTimeout = function (what, delay, ...rest) {
    return setTimeout.call(this ?? self, what, hasten(delay), ...rest);
  };
  self.setInterval = function (what, delay, ...rest) {
    return setInterval.call(this ?? self, what, hasten(delay), ...rest);
  };
  // Answers once that many milliseconds have passed for the page: by a timer that comes after those that are due before.
  const rest = (pass) => new Promise((done) => setTimeout.call(self, done, hasten(pass)));
  Object.defineProperty(self, "parvisAuditRest", { value: rest });

  const cookie = self.Document && Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  if (cookie && cookie.set) {
    Object.defineProperty(Document.prototype, "cookie", {
      ...cookie,
      set(line) {
        tell("cookie", { line: String(line), stack: stack() });
        cookie.set.call(this, line);
      },
    });
  }
  wrap(self.CookieStore && CookieStore.prototype, "set", (first, value) => {
    const given = typeof first === "object" && first ? first : { name: first, value };
    let line = `${given.name}=${given.value}; Path=${given.path ?? "/"}; SameSite=${given.sameSite ?? "Strict"}; Secure`;
    if (given.domain) line += `; Domain=${given.domain}`;
    if (given.expires) line += `; Expires=${new Date(Number(given.expires)).toUTCString()}`;
    tell("cookie", { line, stack: stack() });
  });
  wrap(self.Navigator && Navigator.prototype, "sendBeacon", (url) => {
    tell("beacon", { to: new URL(url, document.baseURI).href });
  });
  wrap(self.IDBFactory && IDBFactory.prototype, "open", (name) => tell("stored", { storage: "indexed_db", name: String(name) }));
  wrap(self.CacheStorage && CacheStorage.prototype, "open", (name) => tell("stored", { storage: "cache_api", name: String(name) }));
  if (self.RTCPeerConnection) {
    self.RTCPeerConnection = new Proxy(self.RTCPeerConnection, {
      construct(target, args) {
        const servers = (args[0] && args[0].iceServers) || [];
        for (const server of servers) {
          for (const url of [server.urls ?? server.url ?? []].flat()) tell("peer", { to: String(url) });
        }
        return Reflect.construct(target, args);
      },
    });
  }
  addEventListener(
    "securitypolicyviolation",
    (event) => tell("blocked", { directive: event.effectiveDirective, what: event.blockedURI }),
    true,
  );
})();
