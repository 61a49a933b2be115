# The image. Where there is no Docker daemon, the Dockerfile is only parsed, and its build is unrun.
if command -v docker > /dev/null && within 20 docker info > /dev/null 2>&1; then
    within "$building" docker build --quiet --tag voxev-peer . > /dev/null
    try() { docker run --rm --volume "$PWD/fixtures:/work:ro" voxev-peer "$@"; }
    try validate -q valid
    try validate -q invalid/wrong-type.jsonl > /dev/null && exit_code=0 || exit_code=$?
    [ "$exit_code" = 1 ] || { echo "docker: exit $exit_code for a broken capture"; exit 1; }
    docker rmi voxev-peer > /dev/null
    echo 'docker: the image validates captures'
elif have_npm dockerfile-utils@0.16; then
    NODE_PATH=$npm node .ci/peer/docker.cjs Dockerfile
    skipped 'docker: no daemon, so the image was not built'
else
    skipped 'docker: no daemon, and npm is out of reach'
fi
