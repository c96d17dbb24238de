// SPDX-License-Identifier: Apache-2.0
// A web server that asks its clients for certificates: node_https_server.js CERT KEY CA
"use strict";
const fs = require("fs");
const https = require("https");

const [cert, key, ca] = process.argv.slice(2, 5).map((path) => fs.readFileSync(path));
const server = https.createServer({cert, key, ca, requestCert: true, rejectUnauthorized: true},
    (request, response) => response.end("served\n"));
server.listen(0, "0.0.0.0", () => console.log(`listening at ${server.address().port}`));
