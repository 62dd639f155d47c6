"""Reads that nobody waits for any more: their connections neither leak nor complain."""

import asyncio
import gc

import pytest

from cms.reading.pool import ReadPool


async def test_reads_cancelled_at_any_moment_leave_the_pool_whole(reading_url: str) -> None:
    pool = ReadPool(reading_url, size=3)
    complaints: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    try:
        for pause in range(40):
            reading = [loop.create_task(pool.fetch("SELECT pg_sleep(0.05)")) for _ in range(5)]
            await asyncio.sleep(pause / 1000)
            for read in reading:
                read.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
        together = await asyncio.gather(*(pool.fetch("SELECT 1") for _ in range(9)))
        await pool.close()
        gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert [rows[0][0] for rows in together] == [1] * 9
    assert complaints == []


async def test_a_pool_closed_while_it_connects_leaves_nothing_open(reading_url: str) -> None:
    pool = ReadPool(reading_url, size=1)
    read = asyncio.get_running_loop().create_task(pool.fetch("SELECT 1"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    read.cancel()
    with pytest.raises(asyncio.CancelledError):
        await read
    await pool.close()
    gc.collect()
