# voxev as one static program in an empty image. Time zones are part of the program.
#
#     docker build -t voxev .
#     docker run --rm -v "$PWD:/work" voxev validate capture.jsonl
FROM rust:1.95-alpine3.22 AS build
# For zstd, which is C.
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --locked --release && \
    mkdir -p /image/work /image/tmp && \
    chmod 1777 /image/tmp && \
    cp target/release/voxev /image/voxev

FROM scratch
# The program, the folder that captures are mounted at, and one for temporary files.
COPY --from=build /image/ /
WORKDIR /work
# Nobody: `docker run --user "$(id -u)"` lets voxev write files of yours.
USER 65532:65532
ENTRYPOINT ["/voxev"]
CMD ["--help"]
